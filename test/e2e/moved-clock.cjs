// Loaded before a command: moves its clock ahead to the emulator's time.
const shift = Date.parse(process.env.MOVED_CLOCK) - Date.now();
const Own = Date;
globalThis.Date = class MovedDate extends Own {
  constructor(...args) {
    if (args.length === 0) super(Own.now() + shift);
    else super(...args);
  }
  static now() {
    return Own.now() + shift;
  }
};
