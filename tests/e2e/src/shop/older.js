// An older browser: without locks, and without channels between tabs.

delete Navigator.prototype.locks;
delete window.BroadcastChannel;
