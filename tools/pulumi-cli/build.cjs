// Builds the pinned Pulumi CLI with Go, for a checkout on a machine that has no other one. Needs dist/.
const { copyFileSync, mkdirSync } = require("node:fs");
const { join } = require("node:path");
const { withoutCredentials } = require("../../dist/engine/environment.js");
const { findOnPath, programName } = require("../../dist/engine/find.js");
const { withHeartbeat } = require("../../dist/engine/progress.js");
const { PINNED } = require("../../dist/engine/version.js");

const MODULE_FILES = ["go.mod", "go.sum", "tools.go"];

const COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PINNED}`;

const DEADLINE_MS = 45 * 60_000;
/** The build time on one core, for the printed estimate: 3.5 minutes were measured on two cores. */
const CORE_MINUTES = 7;
/** Older versions cannot download the toolchain that the module requires. */
const OLDEST_GO_MINOR = 21;

const GO_OS = { win32: "windows" };
const GO_ARCH = { x64: "amd64", ia32: "386" };

/**
 * Builds the CLI in `root`/bin. In: an empty scratch folder. Out: why it failed, or undefined.
 * @type {import("../../provider/engine").Way}
 */
async function build(scratch, root, { system, say, interrupts }) {
  const go = findOnPath(system, programName(system.platform, "go"));
  if (!go) return "no go on PATH";

  // Copied, because a checkout may be read-only and Go locks a file next to go.mod.
  const module = join(scratch, "module");
  const temporary = join(scratch, "go-build");
  for (const folder of [module, temporary]) mkdirSync(folder, { recursive: true });
  for (const file of MODULE_FILES) copyFileSync(join(__dirname, file), join(module, file));

  const env = {
    ...withoutCredentials(system.env),
    CGO_ENABLED: "0",
    // Each module must match its hash in go.sum. The user's own flags, such as -toolexec or -overlay, must not affect
    // this build.
    GOFLAGS: "-mod=readonly",
    // A workspace or cross-compilation target that the user has set for other work must not affect this build.
    GOWORK: "off",
    GOOS: GO_OS[system.platform] ?? system.platform,
    GOARCH: GO_ARCH[system.arch] ?? system.arch,
    // A killed Go process leaves its temporary files there, and the scratch folder is removed.
    GOTMPDIR: temporary,
  };
  const version = await system.run(go, ["env", "GOVERSION"], {
    env,
    cwd: scratch,
    deadlineMs: 30_000,
    interrupts,
  });
  const name = version.stdout.trim();
  if (version.code !== 0) return `${go} does not run: ${lastLines(version.stderr, 1) || version.stopped}`;
  const minor = Number(/^go1\.(\d+)/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
  if (minor < OLDEST_GO_MINOR) return `${go} is ${name}, older than go1.${OLDEST_GO_MINOR}`;

  let last = "";
  say(`building the Pulumi CLI ${PINNED} with ${name}: about ${estimate(system.cores)}, once`);
  const out = join(root, "bin", programName(system.platform, "pulumi"));
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", LINKER_FLAGS, "-o", out, COMMAND];
  const result = await withHeartbeat(
    system,
    say,
    () => `still building the Pulumi CLI${last}`,
    () =>
      system.run(go, args, {
        env,
        cwd: module,
        deadlineMs: DEADLINE_MS,
        interrupts,
        onLine: (line) => {
          last = `, ${line}`;
        },
      }),
  );
  if (result.stopped) return `${name} build: ${result.stopped}`;
  if (result.code === 0) return undefined;
  return `${name} build: ${lastLines(result.stderr, 3) || `ended with ${result.code}`}`;
}

function estimate(cores) {
  const minutes = Math.ceil(CORE_MINUTES / cores);
  return `${minutes} ${minutes === 1 ? "minute" : "minutes"} on ${cores} ${cores === 1 ? "core" : "cores"}`;
}

function lastLines(text, count) {
  return text.trim().split(/\r?\n/).slice(-count).join("; ");
}

module.exports = { build };
