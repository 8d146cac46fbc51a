// This package, as a repository of YAML files and the command.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../machine.mjs";

const PER_FILE = 100;
const ENVIRONMENT = "environments/prod.yaml";

const ARGUMENTS = {
  up: ["up", "--yes"],
  noop: ["up", "--yes"],
  preview: ["preview"],
  plan: ["plan"],
  refresh: ["refresh", "--yes"],
  "drift-preview": ["preview"],
  "drift-up": ["up", "--yes"],
  "edit-one": ["up", "--yes"],
  "edit-ten": ["up", "--yes"],
  edit: ["up", "--yes"],
  pause: ["up", "--yes"],
  destroy: ["destroy", "--yes"],
};

export function yamlSession({ folder, env, namespace, engine }) {
  const repository = join(folder, "bench");
  return {
    repository,
    write: (bodies) => writeRepository(repository, bodies, namespace),
    command: (operation) => ({
      file: process.execPath,
      args: [join(ROOT, "dist/cli/main.js"), ...ARGUMENTS[operation], "--env", ENVIRONMENT],
      cwd: repository,
      env: {
        ...env,
        PATH: `${engine.bin}:${env.PATH}`,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "",
      },
    }),
    /** `preview` exits with 2 if there are changes. */
    accepts: (operation, code) => code === 0 || (operation === "drift-preview" && code === 2),
    finds: ({ code, stdout }) => code === 2 || /1 updated/.test(stdout),
    state: join(repository, ".mixpeek/state/.pulumi/stacks/bench/prod.json"),
  };
}

/** `file`: one file for all definitions; absent: they are spread over several files. */
export function writeRepository(repository, bodies, namespace, file) {
  for (const folder of [".git", "triggers", "environments"])
    mkdirSync(join(repository, folder), { recursive: true });
  writeFileSync(join(repository, ".git/HEAD"), "ref: refs/heads/main\n");
  for (let start = 0; start < bodies.length; start += PER_FILE) {
    const part = file ?? `part-${String(start / PER_FILE).padStart(3, "0")}`;
    const entries = bodies.slice(start, start + PER_FILE).map(yamlOf);
    writeFileSync(join(repository, "triggers", `${part}.yaml`), `triggers:\n${entries.join("")}`);
  }
  // One line in the environment pauses all triggers: that is what environments are for.
  const status = bodies[0]?.status ?? "active";
  writeFileSync(join(repository, ENVIRONMENT), `namespace: ${namespace}\nstatus: ${status}\n`);
}

function yamlOf({ name, action_config, schedule_config, ...body }) {
  const lines = [
    `  ${name}:`,
    `    description: ${body.description}`,
    `    action_type: ${body.action_type}`,
    "    action_config:",
    ...Object.entries(action_config).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
    `    trigger_type: ${body.trigger_type}`,
    "    schedule_config:",
    ...Object.entries(schedule_config).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
  ];
  return `${lines.join("\n")}\n`;
}
