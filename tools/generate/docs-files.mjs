// The part of docs/definitions.md about files: definitions, environments, and how `${…}` is replaced.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write

import { setOf } from "./example-set.mjs";
import { code, described, file, keyTable, table, typeOf } from "./markdown.mjs";

const DEFINITIONS = `\
x-nightly: &nightly
  trigger_type: cron
  schedule_config: { cron_expression: "0 2 * * *" }

defaults:
  timezone: Europe/Paris
  description_prefix: "[search] "

triggers:
  nightly-clusters:
    <<: *nightly
    description: Cluster all products
    action_type: cluster
    action_config: { cluster_id: "\${cluster:products}" }
  enrich-inventory:
    <<: *nightly
    action_type: taxonomy_enrichment
    action_config:
      taxonomy_id: \${taxonomy:categories}
      collection_id: \${collection:inventory}
      batch_size: \${var.batch_size}
`;

const ENVIRONMENT = `\
namespace: prod
variables:
  batch_size: 500
overrides:
  nightly-clusters:
    description: null
    schedule_config: { cron_expression: "0 3 * * *" }
exclude: [experimental-*]
`;

const QUIET = `\
namespace: prod
quiet:
  - from: 2026-12-20
    until: 2027-01-04
    timezone: Europe/Paris
    reason: year-end freeze
    triggers: [nightly-*, enrich-inventory]
  - cron: "0 22 * * FRI"
    duration: 8h
    timezone: Europe/Paris
    reason: weekly maintenance
`;

const RENAMED = `\
triggers:
  product-clusters:
    replaces: nightly-clusters
    # … the other keys as before
`;

/** The examples of expressions, with the variables and environment variables they use. */
const FILLED = {
  variables: {
    batch_size: 500,
    team: "search",
    ids: ["col_1", "col_2"],
    hook: "${env:MIXPEEK_VAR_HOOK_PATH}",
  },
  env: { MIXPEEK_VAR_HOOK_PATH: "/mixpeek" },
  rows: [
    "${var.batch_size}",
    "by ${var.team}, ${var.batch_size} at once",
    "${var.ids}",
    "https://example.com${var.hook}",
  ],
};

export function fileSections(core) {
  const examples = setOf(core, {
    definitions: { "triggers/search.yaml": DEFINITIONS },
    environment: ENVIRONMENT,
  });
  // The example's glob is meant for other names.
  const wrong = examples.issues.filter(({ code: found }) => found !== "EXCLUDE_UNMATCHED");
  if (wrong.length > 0) throw new Error(`docs: an example is wrong. ${core.issueLine(wrong[0])}`);
  return [...definitionsSection(core), ...environmentSection(core), ...expressionSection(core, examples)];
}

function definitionsSection({ DEFINITIONS_FILE, DEFINITION }) {
  return [
    "## Definitions files",
    "",
    "A definitions file is YAML 1.2 or JSON. It declares triggers by name, and defaults for them.",
    "",
    ...file("triggers/search.yaml", DEFINITIONS),
    "",
    ...keyTable(DEFINITIONS_FILE, "Key of the file"),
    "",
    "- **All files form one set.** It contains every `.yaml`, `.yml` and `.json` file in `triggers/` and its sub-folders. A name must be unique in the set. A definition that moves to another file keeps its trigger.",
    "- **`defaults` apply only to their own file**, and only to values that neither the definition nor the environment sets.",
    "- **Top-level keys that start with `x-` are ignored.** Use them for YAML anchors: `*name` repeats the value marked with `&name`, and `<<` merges it into a map, whose own keys take precedence. An anchor is valid only in its own file.",
    "- **A documented key with the value null counts as absent.** Inside `filters`, `source_filters` and `inputs`, null is a value, and is sent.",
    "- **A duplicate key is an error.** So is a number that JSON parsers would change (`9007199254740995`, `0123`), and an unquoted value with a comma inside `{ }`, which YAML would end at the comma. Quote such values.",
    "",
    "A definition has the [fields](#fields) of a trigger, and these keys:",
    "",
    ...table(
      ["Key", "Type", "Description"],
      Object.entries(DEFINITION).map(([name, key]) => [code(name), typeOf(key), described(key)]),
    ),
    "",
    "With `spread: 30m`, the starts of triggers that are all scheduled for 02:00 are distributed over 30 minutes: `0 2 * * *` becomes, for example, `17 2 * * *`. The offset depends only on the namespace (name or id, as declared) and the name of the trigger, so it is the same in every run and on every machine. Two triggers can have the same offset.",
    "",
    'The API has no field for this: the live trigger has the changed cron expression, and `preview` shows it (`cron schedule spread over 30m: "0 2 * * *" becomes "17 2 * * *"`).',
    "",
    "The window must follow these rules; otherwise, it is an error (`SPREAD_INVALID`):",
    "",
    "- It must not be longer than the time between two runs.",
    "- It must not extend past midnight.",
    "- If the expression has several minutes or every hour, it must not extend past the end of the hour.",
    "- For an expression that runs in every hour of every day, such as `*/30 * * * *`, only the first rule applies.",
    "",
    "The key of a definition identifies its trigger. If you change the key, a run creates a new trigger and deletes the old one. If you also add `replaces`, the run renames the old trigger, which keeps its id and history.",
    "",
    ...file("triggers/search.yaml", RENAMED),
    "",
  ];
}

const PRECEDENCE = [
  ["`status`", "override, environment, definition, `defaults`"],
  [
    "`namespace`",
    "override, definition, environment, settings of the run (`mixpeek:namespace`, MIXPEEK_NAMESPACE)",
  ],
  ["`schedule_config.timezone` of a cron schedule, `adopt`", "override, definition, `defaults`"],
  ["`description`", "override, definition; `defaults.description_prefix` is put before it"],
  ["all others", "override, definition"],
];

function environmentSection(core) {
  const { ENVIRONMENT: keys } = core;
  return [
    "## Environments",
    "",
    "An environment file applies the definitions to one namespace. Every key is optional.",
    "",
    ...file("environments/prod.yaml", ENVIRONMENT),
    "",
    ...keyTable(keys, "Key of the file"),
    "",
    "An override changes the definition with the same name, key by key:",
    "",
    "- Maps are merged at every depth.",
    "- Lists and other values are replaced. Lists are never merged.",
    "- Null removes a key, as if the definition did not have it. Inside `filters`, `source_filters` and `inputs`, null is a value.",
    "- `status: null` also removes the `status` of the environment and of `defaults`. The trigger then has no declared status, so manual pauses and resumes are respected.",
    "",
    "If a value is set in several places, the first of these takes precedence:",
    "",
    ...table(["Key", "Order of precedence"], PRECEDENCE),
    "",
    "A trigger in `exclude` is not part of the environment: if the stack manages such a trigger, a run deletes it. In a glob, `*` matches any characters, and `{a,b}` matches `a` or `b`. It is an error if an override, or a name without wildcards in `exclude`, matches no trigger, because the trigger was probably renamed.",
    "",
    "`max_starts_per_minute` changes no trigger. `validate`, `preview` and `timeline` warn (`CROWDED_MINUTE`) if more than this number of triggers in the namespace start in the same minute, or more than half this number for one resource. [timeline.md](timeline.md#crowded-minutes) explains when intervals are counted.",
    "",
    "`after` sets the order for `--all-envs`: this environment runs after those in the list, each given by name or path as for `--env`. Environments without `after` run in the order of their paths. A cycle is an error (`ENVIRONMENT_CYCLE`).",
    "",
    ...quietSection(core),
  ];
}

function quietSection(core) {
  const { issues } = setOf(core, {
    definitions: { "triggers/search.yaml": DEFINITIONS },
    environment: `${QUIET}variables: { batch_size: 500 }\n`,
  });
  if (issues.length > 0) throw new Error(`docs: an example is wrong. ${core.issueLine(issues[0])}`);
  return [
    "### Planned quiet",
    "",
    "`quiet` declares maintenance windows during which triggers stay paused.",
    "",
    ...file("environments/prod.yaml", QUIET),
    "",
    ...keyTable(core.QUIET, "Key of a window"),
    "",
    "**Only `up`, `promote`, `drift --fix` and, for a `TriggerSet`, `pulumi up` pause and resume the triggers**, because the Mixpeek API has no such windows. The first of these commands that runs in a window pauses the triggers, and the first one after the window resumes them. Run `drift --fix` [on a schedule](gitops.md#planned-quiet): if none of them runs in a window, the window has no effect. Windows that overlap or follow each other without a gap count as one.",
    "",
    "In a window, a run pauses active triggers, and creates new ones paused. The state records each trigger that a run paused for quiet. After the window, or when it is removed from the file, a run resumes only these triggers and those with `status: active`:",
    "",
    ...table(
      ["Live trigger", "Declared `status`", "In a window", "After the window"],
      [
        ["active", "`active` or none", "paused", "resumed"],
        ["paused for quiet by a run of this stack", "`active` or none", "stays paused", "resumed"],
        ["paused by somebody else, before or during the window", "none", "stays paused", "stays paused"],
        ["paused by somebody else", "`active`", "stays paused", "resumed: `active` is enforced"],
        ["failed", "none", "stays failed", "stays failed"],
        [
          "failed",
          "`active`",
          "stays failed: it does not run anyway, and a pause would hide the failure",
          "resumed",
        ],
        ["any", "`paused`", "paused", "stays paused"],
        ["deleted manually", "`active` or none", "recreated, paused", "resumed"],
      ],
    ),
    "",
    "If somebody resumes a trigger during a window, that is drift, and the next `up` or `drift --fix` pauses it again. If a trigger was changed after a run paused it, for example resumed and paused again, the run reads the service's event feed to find out who paused it. Without a feed, the pause counts as made by somebody else: the run keeps and reports it.",
    "",
    "If a run is killed after it pauses a trigger and before it records that, the pause may count as made by somebody else. Without a declared `status`, the trigger then stays paused after the window, and each run reports it. Declare `status: active` for triggers that must always run again after a window.",
    "",
    "`${…}` cannot be used in `quiet`. A window whose end is in the past is a warning (`QUIET_OVER`), and so is a name or glob that matches no trigger (`QUIET_UNMATCHED`).",
    "",
  ];
}

function expressionSection(core, examples) {
  const kinds = core.REF_KINDS.map((kind) => code(`\${${kind}:name}`));
  return [
    "## Variables and references",
    "",
    "You can use expressions in the values of definitions, `defaults`, overrides and variables, and in `namespace` and `status` of an environment, but not in keys.",
    "",
    ...table(
      ["Expression", "Becomes"],
      [
        [code("${var.name}"), "the value in `variables` of the environment"],
        [
          code("${env:NAME}"),
          "the value of the environment variable, treated as a secret; see [below](#environment-variables)",
        ],
        [kinds.join(", "), "the id of the resource with that name in the trigger's namespace"],
        [code("$${"), "the literal text `${`"],
      ],
    ),
    "",
    "If the expression is the whole value, the variable keeps its type: a number stays a number, and a list stays a list. Inside other text, the variable becomes text, and must not be a list or map.",
    "",
    ...filledTable(core),
    "",
    "If `${env:NAME}` or `${var.name}` is the whole value of a key that requires a number or a boolean, its text is converted: `3600`, `-1`, `0.5`, `true`, `false`. Any other spelling (`007`, `1e3`, `True`, or with spaces) is an error, and so is a number that would be rounded. For other keys, and inside `filters`, `source_filters` and `inputs`, text stays text.",
    "",
    "Expressions have no defaults: `${env:NAME:-3600}` is an error (`EXPRESSION_INVALID`). If the pipeline did not set the variable, the default would be applied silently, and no plan would show it, because values from the environment are redacted. Instead, set a value in `variables` of each environment, and use `${var.name}`.",
    "",
    `References let the same definition run in every namespace: ${referencesIn(examples)} are looked up in the namespace of the trigger. The kind of a reference must match its key: \`cluster_id\` cannot be a collection. Write an id without a reference: \`clust_abc123\`. A reference finds a resource by its id, too, but if the text is the id of one resource and the name of another, the API decides which one it is.`,
    "",
    "Variables may use other variables and `${env:…}`, but not in a cycle. An unused variable is a warning. If `validate` runs without an environment, it does not know the values of variables, and assumes that they are valid.",
    "",
    "### Environment variables",
    "",
    "A definition may come from a pull request, so it can read only these environment variables:",
    "",
    "- every variable whose name starts with `MIXPEEK_VAR_` (similar to `TF_VAR_` in Terraform);",
    "- the variables that `MIXPEEK_TRIGGERS_ENV` lists, by name or glob, such as `REGION,TEAM_*`. Set this variable in the settings of the pipeline, not in the repository. A variable that may hold credentials, such as `AWS_*`, `GITHUB_*` or `*TOKEN*`, must be listed by its exact name;",
    "- `MIXPEEK_NAMESPACE`.",
    "",
    "Any other variable is an error (`ENV_NOT_ALLOWED`). A definition can never read `MIXPEEK_API_KEY`, `PULUMI_ACCESS_TOKEN` or the passphrase of the state.",
    "",
    "A value from `${env:NAME}` is a secret, and so is the whole text that contains it. The only exception is `MIXPEEK_NAMESPACE`. Plans, reports and errors show `[secret]`, and secrets are encrypted in the state. The fields that every plan prints (`namespace`, `name`, `adopt`, `action_type`, `trigger_type`, `allow_unknown`) cannot contain a secret.",
    "",
  ];
}

const referencesIn = ({ declarations }) =>
  declarations.flatMap(({ references }) => references.map(({ text }) => code(text))).join(", ");

/** The core computes the right column from the left one. */
function filledTable({ Environment, fill }) {
  const { variables, env, rows } = FILLED;
  const { scope } = new Environment({ variables }, undefined, (name) => env[name]);
  const filled = rows.map((text) => {
    const issue = ({ message }) => {
      throw new Error(`docs: the example ${text} is wrong: ${message}.`);
    };
    const value = fill(text, scope, { issue });
    return [code(text), code(JSON.stringify(value))];
  });
  const given = [
    ...Object.entries(variables).map(([name, value]) => code(`${name}: ${JSON.stringify(value)}`)),
    ...Object.entries(env).map(([name, value]) => code(`${name}=${value}`)),
  ];
  return [`With ${given.join(", ")}:`, "", ...table(["Expression", "Value"], filled)];
}
