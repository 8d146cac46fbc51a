// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { describe, expect, test } from "@jest/globals";
import { nightly } from "../core/files";
import { editor, lines, override, PROD, SEARCH } from "./editor";

const server = editor();

const NO_SUCH_KEY =
  "No known type has this key. If the definition's type accepts other keys, repeat the type here. If the key is newer than this release, add it to allow_unknown.";

describe("diagnostics", () => {
  const found = async (path: string, text: string): Promise<string[]> =>
    (await server().diagnose(path, text)).map(({ range, message }) => `${range.start.line + 1}: ${message}`);

  test.each<[string, string, string]>([
    ["definitions", SEARCH, nightly()],
    [
      "anchors and merge keys",
      SEARCH,
      lines("x-zone: &zone { timezone: Europe/Paris }") +
        nightly('schedule_config: { <<: *zone, cron_expression: "0 2 * * *" }'),
    ],
    [
      "variables and references",
      SEARCH,
      nightly(
        "status: ${var.status}",
        "action_config: { cluster_id: '${cluster:a}', assignment_threshold: '${var.t}' }",
      ),
    ],
    [
      "an environment",
      PROD,
      lines("namespace: prod", "variables: { a: [1] }", "exclude: [a]") +
        override("    action_config: { filters: null }"),
    ],
    ["an empty file", PROD, ""],
  ])("there are none for %s", async (_, path, text) => expect(await found(path, text)).toEqual([]));

  test.each<[string, string, string, string[]]>([
    [
      "an unknown key of a config",
      SEARCH,
      nightly("action_config: { cluster_id: a, fliters: {} }"),
      ["6: Property fliters is not allowed."],
    ],
    [
      "a wrong choice",
      SEARCH,
      nightly("action_config: { cluster_id: a, mode: none }"),
      ['6: Value is not accepted. Valid values: "full", "assign", "composite".'],
    ],
    ["an unknown field", SEARCH, nightly("shedule: daily"), ["7: Property shedule is not allowed."]],
    [
      "an unknown type",
      SEARCH,
      nightly().replace("cron\n", "crom\n"),
      ['4: Value is not accepted. Valid values: "cron", "interval", "event", "conditional".'],
    ],
    ["a missing key", SEARCH, nightly("action_config: {}"), ['6: Missing property "cluster_id".']],
    [
      "a wrong type",
      SEARCH,
      nightly("action_config: { cluster_id: a, assignment_threshold: high }"),
      ["6: A number, or a variable such as ${var.name} alone."],
    ],
    [
      "a cron macro",
      SEARCH,
      nightly('schedule_config: { cron_expression: "@daily" }'),
      ["6: Five fields: minute, hour, day of month, month, day of week."],
    ],
    [
      "a default",
      SEARCH,
      lines("defaults: { time_zone: UTC }", "triggers: {}"),
      ["1: Property time_zone is not allowed."],
    ],
    [
      "an environment's key in definitions",
      SEARCH,
      lines("triggers: {}", "variables: {}"),
      ["2: Property variables is not allowed."],
    ],
    [
      "an unknown key of an environment",
      PROD,
      lines("namespace: prod", "variable: {}"),
      ["2: Property variable is not allowed."],
    ],
    [
      "an unknown key in an otherwise empty file",
      PROD,
      lines("trigers: {}"),
      ["1: Property trigers is not allowed."],
    ],
    [
      "a list instead of a file's map",
      PROD,
      lines("- a"),
      ['1: Incorrect type. Expected "Mixpeek triggers".'],
    ],
    [
      "a wrong status of an environment",
      PROD,
      lines("status: stopped"),
      ['1: Value is not accepted. Valid values: "active", "paused".'],
    ],
    [
      "an unknown field of an override",
      PROD,
      override("    shedule: daily"),
      ["3: Property shedule is not allowed."],
    ],
    [
      "a wrong choice in an override",
      PROD,
      override("    action_config:", "      mode: none"),
      ['4: Value is not accepted. Valid values: "full", "assign", "composite".'],
    ],
    [
      "a key that no type has in an override",
      PROD,
      override("    action_config:", "      fliters: {}"),
      [`4: ${NO_SUCH_KEY}`],
    ],
    [
      "a key that no schedule has in an override",
      PROD,
      override("    schedule_config:", "      time_zone: UTC"),
      [`4: ${NO_SUCH_KEY}`],
    ],
    [
      "a key that no type has in a nested map of an override",
      PROD,
      override("    action_config:", "      acceptance:", "        min_result: 1"),
      [`5: ${NO_SUCH_KEY}`],
    ],
    [
      "several errors, each once",
      PROD,
      lines("status: stopped", "exclude: a", "variable: {}"),
      [
        '1: Value is not accepted. Valid values: "active", "paused".',
        "2: Incorrect type. Expected one of array, null.",
        "3: Property variable is not allowed.",
      ],
    ],
  ])("there is one for %s, at its line", async (_, path, text, expected) => {
    expect((await found(path, text)).sort()).toEqual(expected);
  });
});
