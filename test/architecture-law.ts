/** What a folder of provider/ (a room) may import. */
export interface Law {
  /** A room includes the rooms inside it. */
  rooms: readonly string[] | "all";
  packages?: readonly string[];
  node?: false;
}

const CORE_PACKAGES = ["zod", "cron-parser", "cronstrue", "js-yaml", "yaml", "fastest-levenshtein"];
const EMULATOR_PACKAGES = ["picomatch", "yaml", "zod"];

const inner = (room: string, names: readonly string[]): string[] => names.map((name) => `${room}/${name}`);

/** Pure code: no file system, network, clock or Pulumi. */
const core = (...names: string[]): Law => ({
  rooms: inner("core", names),
  packages: CORE_PACKAGES,
  node: false,
});
/** No cron-parser: comparing with the client's reading has to reveal its mistakes. */
const emulator = (...names: string[]): Law => ({
  rooms: inner("emulator", names),
  packages: EMULATOR_PACKAGES,
});
const api = (...names: string[]): Law => ({ rooms: ["core", ...inner("api", names)] });
const BELOW_CLI = "core files api apply resolve-references observe config pulumi engine emulator".split(" ");
const cli = (...names: string[]): Law => ({ rooms: [...BELOW_CLI, "cli", ...inner("cli", names)] });

/**
 * What each room of provider/ may import from outside: rooms, and packages if they are limited. README has the same
 * map.
 */
export const LAW: Record<string, Law> = {
  "core/json": core(),
  "core/text": core(),
  "core/issues": core(),
  "core/service": core(),
  "core/schedule": core("json", "text"),
  "core/schema": core("json", "text", "issues", "service", "schedule"),
  "core/expressions": core("json", "issues", "service", "schema"),
  "core/yaml": core("json", "issues", "service", "schema"),
  "core/timeline": core("json", "text", "schedule", "schema"),
  "core/timeline-formats": core("json", "text", "schedule", "schema", "timeline"),
  "core/environments": core("json", "issues", "schedule", "schema", "expressions", "yaml", "timeline"),
  "core/definitions": core(
    "json",
    "issues",
    "schedule",
    "schema",
    "expressions",
    "yaml",
    "timeline",
    "environments",
  ),
  "core/diff": core("json", "schema", "expressions"),
  "core/plan": core("json", "text", "schema", "expressions", "definitions", "timeline", "diff"),
  "core/stack": core("schema", "plan"),
  "core/comparison": core("json", "text", "schema", "definitions", "diff", "plan"),
  "core/report": core(
    "json",
    "text",
    "service",
    "schedule",
    "schema",
    "expressions",
    "definitions",
    "timeline",
    "diff",
    "plan",
    "comparison",
  ),
  "core/export": core(
    "json",
    "text",
    "issues",
    "service",
    "schema",
    "expressions",
    "yaml",
    "environments",
    "definitions",
    "diff",
    "plan",
  ),
  files: { rooms: ["core"] },
  "api/json": { rooms: ["core"] },
  "api/limits": api("json"),
  "api/errors": api("json", "limits"),
  "api/connection": api("limits", "errors"),
  api: { rooms: ["core", "api"] },
  config: { rooms: ["core"] },
  apply: { rooms: ["core", "api"] },
  "resolve-references": { rooms: ["core", "api"] },
  observe: { rooms: ["core", "api"] },
  "pulumi/resource": { rooms: ["core"] },
  "pulumi/dynamic-provider": { rooms: ["core", "api", "apply", "config", "pulumi/resource"] },
  pulumi: { rooms: ["core", "files", "api", "apply", "resolve-references", "config", "pulumi"] },
  runtime: { rooms: ["pulumi"] },
  // The set-up runs it before anything else is certain to exist.
  engine: { rooms: [], packages: [] },
  "emulator/model": emulator(),
  "emulator/schedule": emulator("model"),
  "emulator/validation": emulator("model", "schedule"),
  "emulator/seed": emulator("model", "validation"),
  "emulator/service": emulator("model", "schedule", "validation", "seed"),
  "emulator/http": emulator("model"),
  "emulator/api": emulator("model", "validation", "service", "http", "faults"),
  "emulator/control": emulator("model", "schedule", "validation", "seed", "service", "http", "api"),
  "emulator/faults": emulator("model", "validation", "service", "http", "control"),
  emulator: { rooms: ["emulator"], packages: EMULATOR_PACKAGES },
  "cli/output": cli(),
  "cli/project": cli("output"),
  "cli/stack": cli("project"),
  "cli/move": cli("output", "project", "stack"),
  "cli/run": cli("output", "project", "stack"),
  "cli/drift": cli("output", "project", "run"),
  "cli/environments": cli("output", "project", "stack", "run"),
  "cli/commands": { rooms: "all" },
  cli: { rooms: "all" },
  index: { rooms: "all" },
};
