const { TestEnvironment } = require("jest-environment-node");

/** What a socket or a process that was ended may take to go, on a slow machine. */
const PATIENCE_MS = 20_000;

/** jest reads files; in one process with the tests, it has timers of its own. */
const OF_JEST = process.send ? /^(FSReq|Immediate)/ : /^(FSReq|Immediate|Timeout)/;

/**
 * Fails a file whose tests leave servers, sockets, timers or processes: jest would end its worker by force, now and then
 * and without naming the file.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    // Node opens these when they are first used.
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.isTTY;
    this.before = process.getActiveResourcesInfo();
  }

  async teardown() {
    await super.teardown();
    for (const end = performance.now() + PATIENCE_MS; this.left().length > 0; await pause())
      if (performance.now() > end)
        throw new Error(`the tests of this file leave open: ${this.left().join(", ")}`);
  }

  left() {
    const known = [...this.before];
    return process.getActiveResourcesInfo().filter((name) => {
      const at = known.indexOf(name);
      if (at !== -1) known.splice(at, 1);
      return at === -1 && !OF_JEST.test(name);
    });
  }
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
