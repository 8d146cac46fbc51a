import { describe, expect, test } from "@jest/globals";
import { ACTIONS } from "../../provider/core/schema/actions";
import { DECLARED_FIELDS } from "../../provider/core/schema/field-rules";
import { DEFAULTS, ENVIRONMENT } from "../../provider/core/schema/file-keys";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { nightly } from "../core/files";
import { action, editor, lines, override, PROD, SEARCH } from "./editor";
import type { Completion } from "./language-server";

const server = editor();

const documentation = ({ documentation: own = "" }: Completion): string =>
  typeof own === "string" ? own : own.value;

/** The offered keys. A skeleton of several keys is also offered, under the name of its schema. */
const keysOf = (offered: ReadonlyMap<string, Completion>): string[] =>
  [...offered.keys()].filter((label) => /^[a-z_]+$/.test(label) && label !== "trigger").sort();

describe("completion", () => {
  test.each(Object.entries(ACTIONS).filter(([, { keys }]) => keys))(
    "offers the keys of %s inside its config, with their documentation",
    async (type, { keys = {} }) => {
      const offered = await server().complete(SEARCH, action(type, "      §"));
      for (const [name, { doc }] of Object.entries(keys)) {
        expect([name, documentation(offered.get(name)!)]).toEqual([name, expect.stringContaining(doc)]);
      }
      const others = Object.values(ACTIONS).flatMap((other) => Object.keys(other.keys ?? {}));
      expect(others.filter((name) => !(name in keys) && offered.has(name))).toEqual([]);
    },
  );

  test("offers the keys of a nested map", async () => {
    const offered = await server().complete(
      SEARCH,
      action("retriever_execution", "      acceptance:", "        §"),
    );
    for (const name of Object.keys(ACTIONS["retriever_execution"]!.keys!["acceptance"]!.keys!))
      expect([...offered.keys()]).toContain(name);
  });

  test("offers the keys of every type inside an override", async () => {
    for (const [config, table] of [
      ["action_config", ACTIONS],
      ["schedule_config", SCHEDULES],
    ] as const) {
      const offered = await server().complete(PROD, override(`    ${config}:`, "      §"));
      for (const { keys = {} } of Object.values(table)) {
        for (const [name, { doc }] of Object.entries(keys))
          expect([name, documentation(offered.get(name)!)]).toEqual([name, expect.stringContaining(doc)]);
      }
    }
  });

  test.each<[string, string, string, readonly string[]]>([
    [
      "the fields of a trigger",
      SEARCH,
      lines("triggers:", "  nightly:", "    status: paused", "    §"),
      [...DECLARED_FIELDS.filter((name) => name !== "status"), "replaces", "protect", "retain", "spread"],
    ],
    [
      "the fields of an override",
      PROD,
      override("    status: paused", "    §"),
      [...DECLARED_FIELDS.filter((name) => name !== "status"), "protect", "retain", "spread"],
    ],
    ["the defaults of a file", SEARCH, lines("triggers: {}", "defaults:", "  §"), Object.keys(DEFAULTS)],
    ["the remaining keys of a definitions file", SEARCH, lines("triggers: {}", "§"), ["defaults"]],
    [
      "the remaining keys of an environment",
      PROD,
      lines("namespace: prod", "§"),
      Object.keys(ENVIRONMENT).filter((name) => name !== "namespace"),
    ],
    [
      "the keys of both kinds in an empty file",
      SEARCH,
      "§",
      ["defaults", "triggers", ...Object.keys(ENVIRONMENT)],
    ],
  ])("offers %s", async (_, path, text, names) => {
    const offered = await server().complete(path, text);
    expect(keysOf(offered)).toEqual([...names].sort());
    for (const name of names) expect(documentation(offered.get(name)!)).not.toBe("");
  });

  test.each<[string, string, string, readonly string[]]>([
    ["action_type", SEARCH, lines("triggers:", "  nightly:", "    action_type: §"), Object.keys(ACTIONS)],
    ["trigger_type", SEARCH, lines("triggers:", "  nightly:", "    trigger_type: §"), Object.keys(SCHEDULES)],
    ["mode", SEARCH, action("cluster", "      mode: §"), ["full", "assign", "composite"]],
    [
      "the status of a trigger",
      SEARCH,
      lines("triggers:", "  nightly:", "    status: §"),
      ["active", "paused"],
    ],
    ["the status of an environment", PROD, "status: §", ["active", "paused"]],
    [
      "the mode of an override",
      PROD,
      override("    action_config:", "      mode: §"),
      ["full", "assign", "composite"],
    ],
    ["a flag", SEARCH, action("batch_rerun", "      retry_failed_only: §"), ["true", "false"]],
  ])("offers the values of %s", async (_, path, text, values) => {
    const offered = await server().complete(path, text);
    expect([...offered.keys()].filter((label) => label !== "null").sort()).toEqual([...values].sort());
  });

  test("writes required keys of a map, but neither defaults nor invalid YAML", async () => {
    const trigger = await server().complete(SEARCH, lines("triggers:", "  nightly:", "    §"));
    expect(trigger.get("action_config")?.insertText).toBe("action_config:\n  ");
    const laid = await server().complete(PROD, override("    §"));
    expect(laid.get("action_config")?.insertText).toBe("action_config:\n  ");
    expect(laid.get("schedule_config")?.insertText).toBe("schedule_config:\n  ");
    const file = await server().complete(SEARCH, lines("triggers: {}", "§"));
    expect(file.get("defaults")?.insertText).toBe("defaults:\n  ");
    const config = await server().complete(SEARCH, action("cluster", "      §"));
    expect(config.get("filters")?.insertText).toBe("filters:\n  ");
    expect(config.get("output_collection_ids")?.insertText).toMatch(/^output_collection_ids:\n {2}- /);
  });
});

describe("hover", () => {
  const { doc } = SCHEDULES["cron"]!.keys!["timezone"]!;
  const cron = nightly('schedule_config: { cron_expression: "0 2 * * *", time§zone: UTC }');

  test.each<[string, string, string, string]>([
    ["a key of a config", SEARCH, cron, doc],
    ["a default", SEARCH, lines("triggers: {}", "defaults:", "  time§zone: UTC"), DEFAULTS["timezone"]!.doc],
    ["a key of an environment", PROD, lines("exc§lude: [a]"), ENVIRONMENT["exclude"]!.doc],
    ["a key of an override", PROD, override("    schedule_config:", "      time§zone: UTC"), doc],
  ])("shows the documentation of %s, once", async (_, path, text, said) => {
    const shown = (await server().hover(path, text)).replaceAll("\\", "");
    expect(shown).toContain(said);
    expect(shown).not.toContain("||");
  });
});

describe("a first line that names a part of the schema", () => {
  const line = (part: string): string =>
    `# yaml-language-server: $schema=../node_modules/pulumi-mixpeek/schema.json#/$defs/${part}\n`;

  test.each([
    ["environment", Object.keys(ENVIRONMENT), "triggers: {}\n", "Property triggers is not allowed."],
    [
      "definitions",
      ["defaults", "triggers"],
      "namespace: prod\ntriggers: {}\n",
      "Property namespace is not allowed.",
    ],
  ])("validates a file in any folder against it: %s", async (part, names, wrong, message) => {
    const offered = await server().complete("elsewhere/any.yaml", `${line(part)}§`);
    expect(keysOf(offered)).toEqual([...names].sort());
    const found = await server().diagnose("elsewhere/any.yaml", line(part) + wrong);
    expect(found.map((each) => each.message)).toEqual([message]);
  });
});
