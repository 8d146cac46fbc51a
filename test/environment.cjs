const { TestEnvironment } = require("jest-environment-node");

/** What a socket or a process that was ended may take to go, on a slow machine. */
const PATIENCE_MS = 20_000;

const isWorker = process.send !== undefined;

/** What tests leave; in one process with them, jest has timers of its own. */
const LEFT = isWorker ? /Server|TCP|TLS|UDP|Process|Watch|Timeout/ : /Server|TCP|TLS|UDP|Process|Watch/;

// jest gives a worker half a second to end. On a busy machine, freeing a large heap takes longer than that.
if (isWorker) process.once("beforeExit", () => process.exit());

/**
 * Fails a file whose tests leave servers, sockets, timers or processes: jest would end its worker by force, now and then
 * and without naming the file.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireOnce = require;
    this.before = process.getActiveResourcesInfo();
  }

  handleTestEvent({ name, test }) {
    if (name === "test_done" && test.errors.length > 0) this.hasFailed = true;
  }

  async teardown() {
    await super.teardown();
    // A test that failed may not have come to its end, and says more.
    if (this.hasFailed) return;
    for (const end = performance.now() + PATIENCE_MS; this.left().length > 0; await pause())
      if (performance.now() > end)
        throw new Error(`the tests of this file leave open: ${this.left().join(", ")}`);
  }

  left() {
    const known = [...this.before];
    return process.getActiveResourcesInfo().filter((name) => {
      const at = known.indexOf(name);
      if (at !== -1) known.splice(at, 1);
      return at === -1 && LEFT.test(name);
    });
  }
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
