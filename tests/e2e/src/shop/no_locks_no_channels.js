// An older browser, without Web Locks and broadcast channels.

delete Navigator.prototype.locks;
delete window.BroadcastChannel;
