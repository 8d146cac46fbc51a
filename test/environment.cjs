const { TestEnvironment } = require("jest-environment-node");

/** How long an ended socket or process may take to disappear on a slow machine. */
const PATIENCE_MS = 20_000;

const isWorker = process.send !== undefined;

/** Resources that tests leave open. If tests run in jest's main process, jest has timers of its own. */
const LEFT = isWorker ? /Server|TCP|TLS|UDP|Process|Watch|Timeout/ : /Server|TCP|TLS|UDP|Process|Watch/;

// jest gives a worker half a second to end. On a busy machine, freeing a large heap takes longer than that.
if (isWorker) process.once("beforeExit", () => process.exit());

/**
 * Fails a file whose tests leave servers, sockets, timers or processes open. Otherwise jest would occasionally end its
 * worker by force, without naming the file.
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
    // A failed test may not have reached its cleanup, and its own error is more useful.
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
