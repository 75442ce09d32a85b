// A browser in which there is no room.

Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError");
};
