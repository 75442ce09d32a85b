// A browser that takes what is written and keeps something else.

{
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (name, text) {
    setItem.call(this, name, text.slice(0, -1));
  };
}
