// Watches the last request of a page.

/** Records method, stored records and session at every request from now on. */
const recordRequests = () => {
  const send = window.fetch;
  window.recordedRequests = [];
  window.fetch = (url, init) => {
    window.recordedRequests.push([init.method, JSON.stringify({ ...sessionStorage }), widget().session]);
    return send(url, init);
  };
};

/** Signs out and leaves the page at the same moment, after the driver's command has ended. */
const signOutAndLeave = () => {
  const element = widget();
  setTimeout(() => {
    element.signOut();
    location.href = "/seeds";
  });
};
