// A browser whose storage is full.

Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError");
};
