// Codes from messages.

const { messages } = window;
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/** Answers a request for a message with a code. Resolves after the page has handled it. */
const deliver = (index, code) => {
  messages.at(index).deliver(code);
  return nextTask();
};

/** Records the length of the code's field at every `input` event. Returns the transport of the first request. */
const recordInputs = () => {
  window.recordedInputs = [];
  const [input] = findAll(null, "[part~=code-input]");
  input.addEventListener("input", ({ target }) => window.recordedInputs.push(target.value.length));
  return messages[0].transport;
};
