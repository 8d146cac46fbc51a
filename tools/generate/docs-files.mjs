// docs/definitions.md on files: definitions, environments, and what `${…}` in them becomes.
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

/** What is written, beside the values it is written for. */
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
  // The glob of the example is there for others.
  const wrong = examples.issues.filter(({ code: found }) => found !== "EXCLUDE_UNMATCHED");
  if (wrong.length > 0) throw new Error(`docs: an example is wrong. ${core.issueLine(wrong[0])}`);
  return [...definitionsSection(core), ...environmentSection(core), ...expressionSection(core, examples)];
}

function definitionsSection({ DEFINITIONS_FILE, DEFINITION }) {
  return [
    "## Definitions files",
    "",
    "A definitions file is YAML 1.2 or JSON. It declares triggers by name, and their common defaults.",
    "",
    ...file("triggers/search.yaml", DEFINITIONS),
    "",
    ...keyTable(DEFINITIONS_FILE, "Key of the file"),
    "",
    "- **All files form one set.** It contains every `.yaml`, `.yml` and `.json` file in `triggers/` and its sub-folders. A name must be unique in the set. A definition may move to another file.",
    "- **`defaults` apply only to their own file**, and only if neither definition, override nor environment sets the value.",
    "- **Keys that start with `x-` are ignored**: use them for anchors. `*name` repeats the value that `&name` marks, and `<<` merges it; a trigger's own keys take precedence over merged ones. An anchor is valid only in its own file.",
    "- **A documented key that is null counts as absent.** Inside `filters`, `source_filters` and `inputs`, null is a value and is sent.",
    "- **A duplicate key is an error.** So are a number that JSON parsers would change (`9007199254740995`, `0123`), and an unquoted value inside `{ }` that a comma cuts off: quote such a value.",
    "",
    "A definition has the [fields](#fields) of a trigger, and these keys:",
    "",
    ...table(
      ["Key", "Type", ""],
      Object.entries(DEFINITION).map(([name, key]) => [code(name), typeOf(key), described(key)]),
    ),
    "",
    'With `spread: 30m`, triggers that are all scheduled for 02:00 start at different minutes: `0 2 * * *` becomes, for example, `17 2 * * *`. The offset depends only on the namespace (as it is written, name or id) and the name of the trigger, so it is the same in every run and on every machine. The changed expression is sent, compared with the live schedule, and shown by `preview` (`cron schedule spread over 30m: "0 2 * * *" becomes "17 2 * * *"`). A window is refused if it is longer than the time between two runs, if it would pass midnight or, for an expression that lists several minutes, if it would pass the end of the hour. The Mixpeek API has no such field: the live trigger has a normal cron expression.',
    "",
    "The key of a definition identifies its trigger: after a change of the key, a new trigger is created and the old one is deleted. With `replaces`, the old trigger is renamed instead, and keeps its id and history.",
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
    "An environment applies the definitions to one namespace. Every key is optional.",
    "",
    ...file("environments/prod.yaml", ENVIRONMENT),
    "",
    ...keyTable(keys, "Key of the file"),
    "",
    "An override changes the definition of its name, key by key:",
    "",
    "- Maps are merged, at every depth.",
    "- Lists and other values are replaced; a list as a whole.",
    "- Null removes a key, as if the definition did not have it; inside `filters`, `source_filters` and `inputs`, null is a value. `status: null` keeps the status that manual pauses and resumes set.",
    "",
    "If a value is set in several places, the first of these takes precedence:",
    "",
    ...table(["Key", "Order"], PRECEDENCE),
    "",
    "A trigger in `exclude` is not part of the environment; if it is live there, it is deleted. In a glob, `*` matches any characters, and `{a,b}` one of several strings. An override, or a plain name in `exclude`, that matches no trigger is an error, because its name has probably changed.",
    "",
    "`max_starts_per_minute` changes no trigger. It is the limit for the warning `CROWDED_MINUTE` of `validate`, `preview` and `timeline`: more cron triggers of the namespace than that start in one minute, or more than half of it for one resource.",
    "",
    "`after` changes no trigger either. With `--all-envs`, this environment runs after those in the list, which are written as for `--env`; environments without `after` run in the order of their paths. Files that wait for each other are an error (`ENVIRONMENT_CYCLE`).",
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
    "A window in `quiet` is a period in which its triggers are kept paused.",
    "",
    ...file("environments/prod.yaml", QUIET),
    "",
    ...keyTable(core.QUIET, "Key of a window"),
    "",
    "**Nothing happens between runs.** The Mixpeek API has no such windows: the first `up` or `drift --fix` in a window pauses the triggers, and the first one after it resumes them. Run `drift --fix` [on a schedule](gitops.md#planned-quiet); a window that lies between two runs has no effect. Windows that overlap or follow each other without a gap count as one.",
    "",
    "In a window, a run pauses active triggers, and creates new ones paused. The state of the stack records each pause that a run made for quiet. After the window, or when it is removed from the file, a run resumes exactly these triggers:",
    "",
    ...table(
      ["The live trigger is", "`status` declared", "In a window", "After it"],
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
        ["deleted outside", "`active` or none", "recreated, paused", "resumed"],
      ],
    ),
    "",
    "If somebody resumes a trigger during a window, the next run pauses it again, and it is reported as drift until then. If a trigger was changed after a run paused it, for example resumed and paused again, the service's feed of events shows who paused it. If the service has no feed, the pause counts as made by somebody else: it is kept and reported.",
    "",
    "If a run is killed after it pauses a trigger and before it records that, the pause may count as made by somebody else: without a declared `status` the trigger then stays paused after the window, and each run reports it. Declare `status: active` for triggers that must run again after a window in any case.",
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
    "Expressions can be used in the values of definitions, overrides and variables, and in the `namespace` of an environment, but not in keys.",
    "",
    ...table(
      ["Written", "Becomes"],
      [
        [code("${var.name}"), "the value under `variables` of the environment"],
        [
          code("${env:NAME}"),
          "the value of the environment variable, treated as a secret; see [below](#environment-variables)",
        ],
        [kinds.join(", "), "the id of the resource of that name in the trigger's namespace"],
        [code("$${"), "the literal text `${`"],
      ],
    ),
    "",
    "If an expression is the whole value, the variable keeps its type: a number stays a number, and a list stays a list. Inside other text the variable becomes text, and must not be a list or map.",
    "",
    ...filledTable(core),
    "",
    "For a key that requires a number or a boolean, text from `${env:NAME}` or `${var.name}` as the whole value is converted: `3600`, `-1`, `0.5`, `true`, `false`. Any other spelling (`007`, `1e3`, `True`, blanks) is an error, and so is a number that would be rounded. For every other key, and inside `filters` and `inputs`, text stays text.",
    "",
    "Expressions have no defaults: `${env:NAME:-3600}` is `EXPRESSION_INVALID`. With a default, a variable that is missing in the pipeline would silently apply another value, and no plan would show it, because values from the environment are hidden. Instead, set a value in `variables` of each environment, and write `${var.name}`.",
    "",
    `References let the same definition run in every namespace: ${referencesIn(examples)} above are looked up in the namespace of the trigger. The kind of a reference must match its key: a collection is not a cluster. For an id, write it without a reference: \`clust_abc123\`. An id inside a reference is looked up like a name, because a name may look like an id.`,
    "",
    "Variables may use other variables and `${env:…}`, but not in a cycle. An unused variable is a warning. Without an environment, definitions are checked except for the values of their variables, which are assumed to be valid.",
    "",
    "### Environment variables",
    "",
    "A definition may come from a pull request, so it reads only what the owner of the pipeline allows:",
    "",
    "- every variable whose name starts with `MIXPEEK_VAR_`, like `TF_VAR_` in Terraform: no other tool sets such names;",
    "- the variables that `MIXPEEK_TRIGGERS_ENV` lists, by names and globs such as `REGION,TEAM_*`. Set it in the settings of the pipeline, not in the repository. Names that hold credentials, such as `AWS_*`, `GITHUB_*` or `*TOKEN*`, need their exact name in the list;",
    "- `MIXPEEK_NAMESPACE`.",
    "",
    "`MIXPEEK_API_KEY`, `PULUMI_ACCESS_TOKEN` and the passphrase of the state are never read. Any other variable is an error (`ENV_NOT_ALLOWED`).",
    "",
    "A value from `${env:NAME}` is a secret, and so is the whole text that contains it: plans, reports and errors show `[secret]`, and the state stores it encrypted. `MIXPEEK_NAMESPACE` is the exception. The fields that every plan prints (`namespace`, `name`, `adopt`, `action_type`, `trigger_type`, `allow_unknown`) cannot contain a secret.",
    "",
  ];
}

const referencesIn = ({ declarations }) =>
  declarations.flatMap(({ references }) => references.map(({ text }) => code(text))).join(", ");

/** The right column is what the core makes of the left one. */
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
  return [`With ${given.join(", ")}:`, "", ...table(["Written", "Value"], filled)];
}
