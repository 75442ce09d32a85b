// What a page of the shop can learn about the session that tabs share.

/** Records the messages of a broadcast channel. */
const recordMessages = (name) => {
  window.recordedMessages = [];
  window.recordedChannel = new BroadcastChannel(name);
  window.recordedChannel.onmessage = ({ data }) => window.recordedMessages.push(data);
};

/** The records of the browser's storage that contain a token or a part of it. */
const recordsWithToken = (token) => {
  const pieces = [token, ...token.split(".")];
  const hasPiece = ([name, text]) => pieces.some((piece) => (name + text).includes(piece));
  const names = (where, storage) =>
    Object.entries(storage)
      .filter(hasPiece)
      .map(([name]) => `${where} ${name.split(":").pop()}`);
  return [...names("tab", sessionStorage), ...names("device", localStorage)];
};

/** Requests a lock and never releases it. Resolves once the lock is held. */
const holdLockForever = (name) =>
  new Promise((held) => {
    navigator.locks.request(name, () => {
      held(true);
      return new Promise(() => {});
    });
  });

/** Sets the clock ahead and requests a token, without a wait for it. */
const requestTokenLater = (milliseconds) => {
  window.ahead += milliseconds;
  window.requestedToken = widget().getToken();
  window.requestedToken.catch(() => {});
};

/** Whether no tab of the shop holds the lock of a key any more. The answer is that of the call before. */
const areTabsGone = () => {
  navigator.locks.query().then(({ held }) => {
    window.hasOtherTabs = held.some(({ name }) => name.includes(":key:"));
  });
  return window.hasOtherTabs === false;
};

/** Exports every key that is stored on the device, in each format. Resolves to the names of the errors. */
const exportKeys = async () => {
  const opening = indexedDB.open("ae-login");
  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await finished(opening);
  const keys = await finished(database.transaction("keys").objectStore("keys").getAll());
  const exported = (key) => ["raw", "jwk"].map((format) => crypto.subtle.exportKey(format, key).then(() => "exported", (error) => error.name));
  return Promise.all(keys.flatMap(exported));
};

/** Makes a record older. Without a field, the record is the time of the last use. Returns the record's name. */
const makeOlder = (prefix, fieldName, minutes) => {
  const storage = fieldName ? sessionStorage : localStorage;
  const suffix = fieldName ? ":session" : ":used";
  const [name] = Object.keys(storage).filter((it) => it.startsWith(prefix) && it.endsWith(suffix));
  const record = JSON.parse(storage[name]);
  if (fieldName) record[fieldName] -= minutes * 60_000;
  storage[name] = JSON.stringify(fieldName ? record : record - minutes * 60_000);
  return name;
};

/** Sets the visibility of the page and tells its listeners. */
const setVisibility = (state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
};
