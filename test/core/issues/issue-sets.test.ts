import { describe, expect, test } from "@jest/globals";
import { type Files, linesOf, nightly, setOf } from "../files";

const prod = (environment: string, ...lines: string[]): Files => ({
  definitions: nightly(...lines),
  environment,
});

describe("what is inconsistent is reported at its place, with its fix", () => {
  test.each<[string, Files, unknown[]]>([
    [
      "NAME_DIFFERS",
      { definitions: nightly("name: other") },
      [
        'a.yaml:7:11 NAME_DIFFERS nightly: name: "other" differs from the key of the definition. Remove name, or use it as the key.',
      ],
    ],
    [
      "NAME_DUPLICATE over files",
      { definitions: { "a.yaml": nightly(), "b/c.yaml": nightly() } },
      [
        "b/c.yaml:2:3 NAME_DUPLICATE nightly: is declared twice, first at a.yaml:2. Give one of them another name: the key identifies the trigger.",
      ],
    ],
    [
      "NAME_INVALID",
      {
        definitions:
          'triggers: { "a\\u0007b": { action_type: cluster, action_config: { cluster_id: c }, trigger_type: cron, schedule_config: { cron_expression: "0 2 * * *" } } }',
      },
      [
        "a.yaml:1:13 NAME_INVALID a\u0007b: name: has control characters. Write a name of printable characters.",
      ],
    ],
    [
      "NAMESPACE_FIXED",
      prod("namespace: prod", "namespace: dev"),
      [
        'a.yaml:7:16 warning NAMESPACE_FIXED nightly: namespace: is "dev", not the environment\'s "prod": the trigger stays in its own namespace. Remove namespace to use the environment\'s, or set it in the environment\'s overrides.',
      ],
    ],
    [
      "EXPRESSION_INVALID",
      { definitions: nightly('description: "${var:x} ${clustr:a} ${what} ${open"') },
      [
        'a.yaml:7:19 EXPRESSION_INVALID nightly: description: "${var:x}" is not an expression. Did you mean ${var.x}?',
        'a.yaml:7:28 EXPRESSION_INVALID nightly: description: "${clustr:a}" is not an expression. Did you mean ${cluster:a}?',
        'a.yaml:7:40 EXPRESSION_INVALID nightly: description: "${what}" is not an expression. Write ${var.name}, ${env:NAME} or ${cluster:name} (collection, taxonomy, bucket, retriever, alert), or $${ for the literal text.',
        'a.yaml:7:48 EXPRESSION_INVALID nightly: description: "${open" is not closed. Add }, or write $${ for the literal text.',
      ],
    ],
    [
      "VARIABLE_UNDEFINED",
      prod("variables: { batch: 5 }", 'description: "by ${var.bach} and ${var.batch}"'),
      [
        "a.yaml:7:22 VARIABLE_UNDEFINED nightly: description: variable bach is not defined in prod.yaml. Did you mean ${var.batch}?",
      ],
    ],
    [
      "VARIABLE_UNDEFINED in an override and in the environment itself",
      prod('namespace: "${var.ns}"\noverrides: { nightly: { description: "${var.d}" } }'),
      [
        "prod.yaml:1:13 VARIABLE_UNDEFINED namespace: variable ns is not defined in prod.yaml. Add ns under variables.",
        "prod.yaml:2:39 VARIABLE_UNDEFINED nightly: description: variable d is not defined in prod.yaml. Add d under variables.",
      ],
    ],
    [
      "VARIABLE_UNDEFINED in defaults, once for all triggers",
      {
        definitions: `defaults: { status: "\${var.s}" }\n${nightly()}${nightly().replace("triggers:\n", "").replace("nightly:", "b:")}`,
        environment: "{}",
      },
      [
        "a.yaml:1:22 VARIABLE_UNDEFINED defaults.status: variable s is not defined in prod.yaml. Add s under variables.",
      ],
    ],
    [
      "VALUE_UNKNOWN of a status from an environment variable, at the environment",
      { definitions: nightly(), environment: 'status: "${env:S}"', env: { S: "stopped" }, allow: "S" },
      [
        "prod.yaml:1:9 VALUE_UNKNOWN nightly: status: the value of ${env:S} is not valid here. Correct the environment variable S where this runs.",
      ],
    ],
    [
      "VARIABLE_CYCLE",
      prod('variables: { a: "${var.b}", b: "${var.a}" }', 'description: "${var.a}"'),
      [
        "prod.yaml:1:33 VARIABLE_CYCLE variables.b: a variable refers to itself: var.a → var.b → var.a. Write its value.",
      ],
    ],
    [
      "VARIABLE_UNUSED, a warning",
      prod("variables:\n  a: 1"),
      ["prod.yaml:2:3 warning VARIABLE_UNUSED variables.a: is not used. Remove it, or use it as ${var.a}."],
    ],
    [
      "no VARIABLE_UNUSED where an excluded trigger or what an override covers uses it",
      {
        definitions: {
          "a.yaml": nightly('description: "${var.a}"'),
          "b.yaml": nightly('description: "${var.b}"').replace("nightly", "old"),
        },
        environment: "variables: { a: x, b: y }\nexclude: [old]\noverrides: { nightly: { description: z } }",
      },
      [],
    ],
    ...["${var.a:-x}", "${vars.a}", "${var.a", "${ var a }", "${var:a}", "${var.a.b}"].flatMap(
      (text) =>
        [
          [
            `no VARIABLE_UNUSED beside the error of ${text} in a definition`,
            prod("variables: { a: 1 }", `description: ${JSON.stringify(text)}`),
            [expect.stringMatching(/ (EXPRESSION_INVALID|VARIABLE_UNDEFINED) /)],
          ],
          [
            `no VARIABLE_UNUSED beside the error of ${text} in a variable`,
            prod(`variables: { a: 1, b: ${JSON.stringify(text)} }`, 'description: "${var.b}"'),
            [expect.stringMatching(/ (EXPRESSION_INVALID|VARIABLE_UNDEFINED) /)],
          ],
          [
            `no VARIABLE_UNUSED beside the error of ${text} in the environment`,
            prod(`namespace: ${JSON.stringify(text)}\nvariables: { a: 1 }`),
            [expect.stringMatching(/ (EXPRESSION_INVALID|VARIABLE_UNDEFINED) /)],
          ],
        ] as [string, Files, unknown[]][],
    ),
    [
      "ENV_UNDEFINED",
      prod("{}", 'description: "${env:MIXPEEK_VAR_HOST}"'),
      [
        "a.yaml:7:19 ENV_UNDEFINED nightly: description: environment variable MIXPEEK_VAR_HOST is not set. Set MIXPEEK_VAR_HOST where this runs; validate --ignore-env does not need it.",
      ],
    ],
    [
      "OVERRIDE_UNMATCHED",
      prod("overrides:\n  nigthly: { status: paused }"),
      ["prod.yaml:2:3 OVERRIDE_UNMATCHED overrides.nigthly: matches no trigger. Did you mean nightly?"],
    ],
    [
      "EXCLUDE_UNMATCHED, a warning only for a glob",
      prod('exclude: [nigthly, "exp-*"]'),
      [
        'prod.yaml:1:11 EXCLUDE_UNMATCHED exclude.0: "nigthly" matches no trigger. Did you mean nightly?',
        'prod.yaml:1:20 warning EXCLUDE_UNMATCHED exclude.1: "exp-*" matches no trigger. Remove it, or correct it.',
      ],
    ],
    [
      "TYPE_WRONG of an option of a run",
      { definitions: nightly("protect: 5"), environment: "overrides: { nightly: { retain: x } }" },
      [
        "a.yaml:7:14 TYPE_WRONG nightly: protect: 5 is a number. Write true or false, without quotes.",
        'prod.yaml:1:33 TYPE_WRONG nightly: retain: "x" is a string. Write true or false, without quotes.',
      ],
    ],
    [
      "TYPE_WRONG of a number with _",
      {
        definitions: `triggers: { a: { action_type: cluster, action_config: { cluster_id: c }, trigger_type: interval, schedule_config: { interval_seconds: 1_000 } } }`,
      },
      [
        'a.yaml:1:135 TYPE_WRONG a: schedule_config.interval_seconds: "1_000" is a string. Write 1000: a number in YAML has no _.',
      ],
    ],
    [
      "SET_EMPTY, which never means to delete everything",
      { definitions: "triggers: {}\n" },
      [
        "SET_EMPTY the definitions declare no trigger. To delete all of an environment's triggers, run destroy; an empty set never deletes them.",
      ],
    ],
    [
      "REPLACES_INVALID",
      {
        definitions: {
          "a.yaml": nightly("replaces: nightly"),
          "b.yaml": nightly("replaces: old").replace("nightly:", "b:"),
          "c.yaml": nightly("replaces: old").replace("nightly:", "c:"),
          "d.yaml": nightly("replaces: 5").replace("nightly:", "d:"),
        },
      },
      [
        'a.yaml:7:15 REPLACES_INVALID nightly: replaces: "nightly" is still declared. Remove that definition, or this line.',
        'c.yaml:7:15 REPLACES_INVALID c: replaces: "old" is also replaced by "b". Only one can keep its trigger.',
        "d.yaml:7:15 REPLACES_INVALID d: replaces: is not a valid name. Write the former key of this definition.",
      ],
    ],
    [
      "REFERENCE_KIND, in lists too",
      {
        definitions: nightly(
          'action_config: { cluster_id: "${collection:a}", output_collection_ids: [col_1, "${bucket:b}"] }',
        ),
      },
      [
        "a.yaml:6:35 REFERENCE_KIND nightly: action_config.cluster_id: ${collection:a} is a collection, but this key takes the id of a cluster. Write ${cluster:a}, or the name of a cluster.",
        "a.yaml:6:85 REFERENCE_KIND nightly: action_config.output_collection_ids.1: ${bucket:b} is a bucket, but this key takes the id of a collection. Write ${collection:b}, or the name of a collection.",
      ],
    ],
    [
      "YAML_SYNTAX, of each file",
      {
        definitions: {
          "a.yaml": "triggers: [1",
          "b.yaml": nightly("schedule_config: { cron_expression: */5 * * * * }"),
          "c.yaml": "a: 1\n---\nb: 2\n",
          "d.yaml": "a:\n\t- b\n",
          "e.yaml": "cron: @daily\n",
        },
      },
      [
        "a.yaml:1:13 YAML_SYNTAX unexpected end of the stream within a flow collection. Check brackets, quotes and indentation at and before this place.",
        expect.stringMatching(
          /^b\.yaml:6:\d+ YAML_SYNTAX .*A value that starts with \* needs quotes/,
        ) as unknown as string,
        "c.yaml:2:1 YAML_SYNTAX holds several documents: another one begins here. Put each into a file of its own.",
        "d.yaml:2:1 YAML_SYNTAX tab characters must not be used in indentation. Indent with spaces.",
        "e.yaml:1:7 YAML_SYNTAX bad indentation of a mapping entry. A value that starts with @, ` or % needs quotes.",
      ],
    ],
    [
      "YAML_EXPANSION",
      {
        definitions: {
          "bomb.yaml": `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${`*${"abcdefg"[index]},`.repeat(9)}*${"abcdefg"[index]}]`).join("\n")}\n`,
          "ring.yaml": "triggers: &t { a: *t }\n",
        },
      },
      [
        "bomb.yaml:1:1 YAML_EXPANSION its aliases expand to more than 1000000 values. Write out what the aliases stand for, or split the file.",
        "ring.yaml:1:1 YAML_EXPANSION an alias refers to itself. Write out what the aliases stand for, or split the file.",
      ],
    ],
  ])("%s", (_, files, lines) => {
    expect(linesOf(files)).toEqual(lines);
  });

  test("if files of a set are wrong, nothing is declared, but the correct parts are still checked", () => {
    const { declarations, issues } = setOf({
      definitions: { "a.yaml": "triggers: [", "b.yaml": nightly("status: x") },
    });
    expect(declarations).toEqual([]);
    expect(issues.map(({ code }) => code)).toContain("VALUE_UNKNOWN");
  });
});

test("in a set with an unreadable file, nothing is reported as unused or unmatched", () => {
  const environment = 'variables: { size: 5 }\noverrides: { b: { description: a } }\nexclude: [c, "d*"]\n';
  const lines = linesOf({
    definitions: { "a.yaml": nightly(), "b.yaml": "triggers:\n  b: [\n" },
    environment,
  });
  expect(lines).toEqual([expect.stringMatching(/^b\.yaml:\d+:\d+ YAML_SYNTAX /)]);
});
