// An implementation of LockManager (Web Locks), which Node 20 and happy-dom do not have. https://w3c.github.io/web-locks/

export class FakeLockManager {
  #held = [];
  #pending = [];

  request(name, { mode = "exclusive", signal }, callback) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const lock = { name, mode };
      const request = { lock, callback, resolve, reject };
      this.#pending.push(request);
      signal?.addEventListener("abort", () => {
        const at = this.#pending.indexOf(request);
        if (at < 0) return;
        this.#pending.splice(at, 1);
        reject(signal.reason);
        this.#grant();
      });
      // Browsers grant locks asynchronously.
      queueMicrotask(() => this.#grant());
    });
  }

  async query() {
    const copy = (locks) => locks.map(({ name, mode }) => ({ name, mode }));
    return { held: copy(this.#held), pending: copy(this.#pending.map(({ lock }) => lock)) };
  }

  /** The names of the locks that are held. */
  get names() {
    return this.#held.map(({ name }) => name);
  }

  #grant() {
    const blocked = new Set();
    for (const request of [...this.#pending]) {
      const { lock } = request;
      const others = this.#held.filter(({ name }) => name === lock.name);
      const isFree = lock.mode === "shared" ? others.every(({ mode }) => mode === "shared") : others.length === 0;
      if (!isFree || blocked.has(lock.name)) {
        blocked.add(lock.name);
        continue;
      }
      this.#pending.splice(this.#pending.indexOf(request), 1);
      this.#held.push(lock);
      const release = () => {
        this.#held.splice(this.#held.indexOf(lock), 1);
        this.#grant();
      };
      Promise.resolve()
        .then(() => request.callback(lock))
        .finally(release)
        .then(request.resolve, request.reject);
    }
  }
}
