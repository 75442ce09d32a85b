// A library that changes built-in objects as Prototype.js 1.7 does, which old shops load: methods of arrays that a loop over names finds,
// `Array.from` without a mapping function, methods of all elements, and `toJSON` of arrays.

{
  const copy = (list) => {
    const items = [];
    for (let at = 0; at < (list?.length ?? 0); at++) items.push(list[at]);
    return items;
  };
  Array.from = copy;
  Object.assign(Array.prototype, {
    each(visit) {
      for (let at = 0; at < this.length; at++) visit(this[at], at);
      return this;
    },
    first() {
      return this[0];
    },
    last() {
      return this[this.length - 1];
    },
    clear() {
      this.length = 0;
      return this;
    },
    clone() {
      return copy(this);
    },
    toJSON() {
      return `[${this.map((item) => JSON.stringify(item)).join(", ")}]`;
    },
  });
  Object.assign(HTMLElement.prototype, {
    show() {
      this.style.display = "";
      return this;
    },
    hide() {
      this.style.display = "none";
      return this;
    },
    update(text) {
      this.textContent = text;
      return this;
    },
    remove() {
      this.parentNode.removeChild(this);
      return this;
    },
  });
  const { bind } = Function.prototype;
  Function.prototype.bind = function (...given) {
    return given.length < 2 && given[0] === undefined ? this : bind.apply(this, given);
  };
}
