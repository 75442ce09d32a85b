// A browser that stores another text than it was given.

{
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (name, text) {
    setItem.call(this, name, text.slice(0, -1));
  };
}
