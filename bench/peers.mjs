// The measured peers. A peer opens a session for one set of triggers. The session writes definitions and returns the
// command of each operation, which the benchmark runs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./machine.mjs";
import { yamlSession } from "./peers/ours-yaml.mjs";
import { findRestapi, givenRestapi, terraformSession } from "./peers/terraform.mjs";

/** Each operation as the engine's method, with its options. */
const PULUMI = {
  up: ["up", {}],
  noop: ["up", {}],
  preview: ["preview", {}],
  "up-refresh": ["up", { refresh: true }],
  refresh: ["refresh", {}],
  "drift-preview": ["preview", {}],
  "drift-up": ["up", {}],
  "edit-one": ["up", {}],
  "edit-ten": ["up", {}],
  edit: ["up", {}],
  pause: ["up", {}],
  destroy: ["destroy", {}],
};

/** Runs a program of programs/ with the real engine. */
function programSession(program) {
  return ({ folder, env, engine }) => {
    const definitions = join(folder, "definitions.json");
    return {
      write: (bodies, revisions) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(definitions, JSON.stringify(program === "floor" ? revisions : bodies));
      },
      command: (operation) => {
        const [method, options] = PULUMI[operation];
        const job = { folder, program, definitions, operation: method, options, engineBin: engine.bin };
        return {
          file: process.execPath,
          args: [join(ROOT, "bench/program.cjs"), JSON.stringify(job)],
          cwd: folder,
          env,
        };
      },
      finds: ({ stdout }) => JSON.parse(stdout.trim().split("\n").at(-1)).changes.update === 1,
      state: join(folder, "state/.pulumi/stacks/bench/prod.json"),
    };
  };
}

const OF_A_PROGRAM = Object.keys(PULUMI);
const OF_YAML = [
  "up",
  "noop",
  "preview",
  "plan",
  "refresh",
  "drift-preview",
  "drift-up",
  "edit-one",
  "edit-ten",
  "edit",
  "pause",
  "destroy",
];

/** `calls`: whether it sends requests to the service; `findsDrift`: whether it must find a manual change. */
export const PEERS = {
  empty: {
    title: "engine alone",
    operations: ["up", "noop", "preview", "refresh", "destroy"],
    calls: false,
    open: programSession("empty"),
  },
  floor: {
    title: "do-nothing provider",
    operations: OF_A_PROGRAM,
    calls: false,
    open: programSession("floor"),
  },
  equal: {
    title: "do-nothing, a trigger's properties",
    // It has no live triggers that could drift.
    operations: OF_A_PROGRAM.filter((name) => !name.startsWith("drift")),
    calls: false,
    open: programSession("equal"),
  },
  "ours-yaml": {
    title: "ours, YAML",
    operations: OF_YAML,
    calls: true,
    findsDrift: true,
    open: yamlSession,
  },
  "ours-ts": {
    title: "ours, TypeScript",
    operations: OF_A_PROGRAM,
    calls: true,
    findsDrift: true,
    open: programSession("ours"),
  },
  naive: {
    title: "naive dynamic provider",
    operations: OF_A_PROGRAM,
    calls: true,
    findsDrift: true,
    open: programSession("naive"),
  },
  terraform: {
    title: "Terraform, restapi 1.20",
    operations: OF_A_PROGRAM,
    calls: true,
    needs: () => findRestapi(),
    open: terraformSession,
  },
  "terraform-3": {
    title: "Terraform, restapi 3",
    operations: OF_A_PROGRAM,
    calls: true,
    needs: givenRestapi,
    open: terraformSession,
  },
};
