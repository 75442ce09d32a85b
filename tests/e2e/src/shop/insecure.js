// A page without TLS, as browsers have it: without locks and without cryptography.

delete Navigator.prototype.locks;
delete Crypto.prototype.subtle;
