// Clocks that a scenario can set ahead: `Date` and `performance` are `window.ahead` milliseconds ahead.

window.ahead = 0;
{
  const [date, time] = [Date.now.bind(Date), performance.now.bind(performance)];
  Date.now = () => date() + window.ahead;
  performance.now = () => time() + window.ahead;
}
