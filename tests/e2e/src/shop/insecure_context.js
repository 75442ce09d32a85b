// A page without TLS, in which browsers have neither Web Locks nor Web Crypto.

delete Navigator.prototype.locks;
delete Crypto.prototype.subtle;
