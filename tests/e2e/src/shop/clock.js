// Clocks that the tests can move on: both of the page's, by `ahead` milliseconds.

window.ahead = 0;
{
  const [date, time] = [Date.now.bind(Date), performance.now.bind(performance)];
  Date.now = () => date() + window.ahead;
  performance.now = () => time() + window.ahead;
}
