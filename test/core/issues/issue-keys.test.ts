import { describe, expect, test } from "@jest/globals";
import { type Files, linesOf, nightly } from "../files";

const prod = (environment: string, ...lines: string[]): Files => ({
  definitions: nightly(...lines),
  environment,
});

describe("wrong keys and values are reported at their place, with their fix", () => {
  test.each<[string, Files, string[]]>([
    [
      "KEY_UNKNOWN",
      { definitions: nightly("discription: x", "action_config: { cluster_id: clust_1, fliters: {} }") },
      [
        "a.yaml:6:5 KEY_UNKNOWN nightly: discription: is not a key of a trigger. Did you mean description?",
        "a.yaml:7:43 KEY_UNKNOWN nightly: action_config.fliters: is not a key of action_config. Did you mean filters?",
      ],
    ],
    [
      "KEY_UNKNOWN for an internal key",
      { definitions: nightly("references: {}") },
      [
        expect.stringMatching(
          /^a\.yaml:7:5 KEY_UNKNOWN nightly: references: is not a key/,
        ) as unknown as string,
      ],
    ],
    [
      "KEY_UNKNOWN at the top",
      { definitions: `trigers: {}\n${nightly()}` },
      ["a.yaml:1:1 KEY_UNKNOWN trigers: is not a key of a definitions file. Did you mean triggers?"],
    ],
    [
      "KEY_UNKNOWN of an environment among definitions",
      { definitions: `variables: {}\n${nightly()}` },
      [
        "a.yaml:1:1 KEY_UNKNOWN variables: is not a key of a definitions file. It belongs in an environment file; keep those out of the definitions' folder.",
      ],
    ],
    [
      "KEY_UNKNOWN in defaults",
      { definitions: `defaults: { timezon: UTC }\n${nightly()}` },
      ["a.yaml:1:13 KEY_UNKNOWN defaults.timezon: is not a key of defaults. Did you mean timezone?"],
    ],
    [
      "KEY_UNKNOWN in an override",
      prod("overrides:\n  nightly:\n    statuss: paused\n    replaces: x"),
      [
        "prod.yaml:3:5 KEY_UNKNOWN nightly: statuss: is not a key of a trigger. Did you mean status?",
        expect.stringMatching(
          /^prod\.yaml:4:5 KEY_UNKNOWN nightly: replaces: is not a key of a trigger\. Known: name, /,
        ) as unknown as string,
      ],
    ],
    [
      "KEY_UNKNOWN of an environment",
      prod("namespce: prod"),
      ["prod.yaml:1:1 KEY_UNKNOWN namespce: is not a key of an environment. Did you mean namespace?"],
    ],
    [
      "KEY_UNKNOWN for a key that JavaScript would lose",
      { definitions: nightly("action_config: { cluster_id: clust_1, filters: { __proto__: { x: 1 } } }") },
      [
        "a.yaml:6:54 KEY_UNKNOWN triggers.nightly.action_config.filters.__proto__: is a reserved key of JavaScript. Remove it.",
      ],
    ],
    [
      "KEY_MISSING",
      {
        definitions:
          "triggers:\n  nightly:\n    action_type: cluster\n    trigger_type: cron\n    action_config: {}\n    schedule_config: { cron_expression: '0 2 * * *' }\n",
      },
      [
        "a.yaml:5:5 KEY_MISSING nightly: action_config.cluster_id: is required. Add action_config.cluster_id.",
      ],
    ],
    [
      "KEY_MISSING of all triggers",
      { definitions: "defaults: {}\n" },
      ["a.yaml:1:1 KEY_MISSING triggers: is required. Add triggers."],
    ],
    [
      "KEY_MISSING of a body without its name",
      { definitions: "action_type: cluster\n" },
      [
        "a.yaml:1:1 KEY_MISSING triggers: is required. Put the trigger under triggers:, with its name as the key.",
        "a.yaml:1:1 KEY_UNKNOWN action_type: is not a key of a definitions file. Known: defaults, triggers.",
      ],
    ],
    [
      "KEY_DUPLICATE, all of them",
      { definitions: `${nightly("status: paused", "status: active")}x-a: 1\nx-a: 2\n` },
      [
        'a.yaml:8:5 KEY_DUPLICATE "status" is declared twice in one map, first at line 7. Keep one of them.',
        'a.yaml:10:1 KEY_DUPLICATE "x-a" is declared twice in one map, first at line 9. Keep one of them.',
      ],
    ],
    [
      "TYPE_WRONG",
      { definitions: nightly("description: 5") },
      ["a.yaml:7:18 TYPE_WRONG nightly: description: 5 is a number. Write a string."],
    ],
    [
      "TYPE_WRONG of a whole trigger",
      { definitions: "triggers: { nightly: 5 }" },
      [
        "a.yaml:1:22 TYPE_WRONG nightly: a trigger must be a map. Declare action_type, action_config, trigger_type and schedule_config.",
      ],
    ],
    [
      "TYPE_WRONG of a file",
      { definitions: "- a\n- b\n" },
      ["a.yaml:1:1 TYPE_WRONG a definitions file must be a map. Known: defaults, triggers."],
    ],
    [
      "TYPE_WRONG of an empty file",
      { definitions: "# later\n" },
      ["a.yaml:1:1 TYPE_WRONG a definitions file must be a map. Known: defaults, triggers."],
    ],
    [
      "TYPE_WRONG of an override",
      prod("overrides: { nightly: paused }"),
      [
        "prod.yaml:1:23 TYPE_WRONG overrides.nightly: an override must be a map. Write the keys that change its definition; to leave a trigger out, add it to exclude.",
      ],
    ],
    [
      "TYPE_WRONG in an environment",
      prod("exclude: old"),
      ['prod.yaml:1:10 TYPE_WRONG exclude: "old" is a string. Write a list.'],
    ],
    [
      "TYPE_WRONG of a variable inside a text",
      prod("variables: { l: [1] }", 'description: "a ${var.l}"'),
      [
        "a.yaml:7:21 TYPE_WRONG nightly: description: ${var.l} is a list inside a text. Make it the whole value, or make the variable a string.",
      ],
    ],
    [
      "TYPE_WRONG of a number that JSON does not have",
      {
        definitions: nightly(
          "action_config: { cluster_id: clust_1, mode: assign, assignment_threshold: .inf }",
        ),
      },
      [
        "a.yaml:6:79 TYPE_WRONG triggers.nightly.action_config.assignment_threshold: Infinity is not a number in JSON. Write a finite number.",
        expect.stringMatching(/^a\.yaml:6:79 /) as unknown as string,
      ],
    ],
    [
      "OUT_OF_BOUNDS of a variable, with both places",
      prod(
        "variables:\n  t: 5",
        'action_config: { cluster_id: clust_1, mode: assign, assignment_threshold: "${var.t}" }',
      ),
      [
        "a.yaml:6:79 OUT_OF_BOUNDS nightly: action_config.assignment_threshold: 5 is out of bounds (${var.t}, prod.yaml:2). Write at most 1.",
      ],
    ],
    [
      "VALUE_UNKNOWN in an override is placed there",
      prod("overrides:\n  nightly: { action_config: { mode: asign } }"),
      [
        'prod.yaml:2:37 VALUE_UNKNOWN nightly: action_config.mode: "asign" is not one of full, assign, composite. Did you mean assign?',
      ],
    ],
    [
      "VALUE_UNKNOWN in defaults is placed there",
      { definitions: `defaults: { status: stopped }\n${nightly()}` },
      [
        'a.yaml:1:21 VALUE_UNKNOWN defaults.status: "stopped" is not one of active, paused. Write one of them.',
      ],
    ],
    [
      "ZONE_UNKNOWN in defaults is placed there",
      { definitions: `defaults: { timezone: Mars }\n${nightly()}` },
      [
        'a.yaml:1:23 ZONE_UNKNOWN defaults.timezone: "Mars" is not an IANA time zone. Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
      ],
    ],
    [
      "CRON_INVALID, merged in from an anchor",
      {
        definitions:
          "x-s: &s\n  cron_expression: 61 * * * *\ntriggers:\n  nightly:\n    action_type: cluster\n    trigger_type: cron\n    action_config: { cluster_id: c }\n    schedule_config:\n      <<: *s\n",
      },
      [
        'a.yaml:2:20 CRON_INVALID nightly: schedule_config.cron_expression: "61 * * * *": minute must be 0-59, not "61". Write "1 * * * *" for one minute past each hour.',
      ],
    ],
  ])("%s", (_, files, lines) => {
    expect(linesOf(files)).toEqual(lines);
  });
});
