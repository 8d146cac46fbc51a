// Preloaded into a command: its time is the emulator's, which stands still and moves when the command waits for
// seconds.
const timers = require("node:timers/promises");

const delay = timers.setTimeout;
let time = Number(process.env.CLOCK);
Date.now = () => time;

timers.setTimeout = async (milliseconds, value, options) => {
  if (milliseconds < 1000) return delay(milliseconds, value, options);
  time += milliseconds;
  await fetch(`${process.env.MIXPEEK_BASE_URL}/_emulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: milliseconds / 1000 }),
  });
  return value;
};
