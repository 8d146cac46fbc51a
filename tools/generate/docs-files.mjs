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
    # … the rest as it was
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
    "A definitions file is YAML 1.2, or JSON. It holds triggers by name, and what they share.",
    "",
    ...file("triggers/search.yaml", DEFINITIONS),
    "",
    ...keyTable(DEFINITIONS_FILE, "Key of the file"),
    "",
    "- **Several files are one set.** Every `.yaml`, `.yml` and `.json` file under `triggers/` counts, in all folders. A name is declared once in all of them; which file it is in does not matter, so that a definition can move.",
    "- **`defaults` count for their own file only**, where neither definition, override nor environment says otherwise.",
    "- **Keys that start with `x-` are free**: a place for anchors. `*name` repeats what `&name` marks, `<<` merges it in, and a trigger's own keys go before merged ones. Anchors do not reach into other files.",
    "- **A documented key that is null is absent.** Inside `filters`, `source_filters` and `inputs` a null is a value, and is sent.",
    "- **A duplicate key is an error**, and so is a number that JSON readers would round (`9007199254740995`, `0123`), and a comma that ends an unquoted value inside `{ }`: quote such a value.",
    "",
    "A definition has the [fields](#fields) of a trigger, and these:",
    "",
    ...table(
      ["Key", "Type", ""],
      Object.entries(DEFINITION).map(([name, key]) => [code(name), typeOf(key), described(key)]),
    ),
    "",
    'With `spread: 30m`, triggers that all say 02:00 start at different minutes: `0 2 * * *` becomes, say, `17 2 * * *`. The offset is the same in every run and on every machine, and another one where the namespace (as it is written, name or id) or the name of the trigger is another. The moved expression is what is sent, compared with the live schedule, and shown by `preview` (`cron schedule spread over 30m: "0 2 * * *" becomes "17 2 * * *"`). A window that is longer than the time between two runs is refused, and so is one that would pass midnight or, where several minutes are listed, the end of the hour. The Mixpeek API has no such field: the live trigger has a plain cron expression.',
    "",
    "The key of a definition is its trigger's identity: under a new key, a new trigger is made and the old one deleted. With `replaces` the old one is renamed instead, and keeps its id and its history.",
    "",
    ...file("triggers/search.yaml", RENAMED),
    "",
  ];
}

const PRECEDENCE = [
  ["`status`", "override, environment, definition, `defaults`"],
  [
    "`namespace`",
    "override, definition, environment, then the run's own setting (`mixpeek:namespace`, MIXPEEK_NAMESPACE)",
  ],
  ["`schedule_config.timezone` of a cron schedule, `adopt`", "override, definition, `defaults`"],
  ["`description`", "override, definition; `defaults.description_prefix` goes before either"],
  ["all others", "override, definition"],
];

function environmentSection(core) {
  const { ENVIRONMENT: keys } = core;
  return [
    "## Environments",
    "",
    "An environment is what the same definitions become in one namespace. Every key of it is optional.",
    "",
    ...file("environments/prod.yaml", ENVIRONMENT),
    "",
    ...keyTable(keys, "Key of the file"),
    "",
    "An override is laid over the definition of its name, key by key:",
    "",
    "- maps are merged, at every depth;",
    "- lists and values are replaced, a list as a whole;",
    "- Null takes a key out, as if the definition did not have it; inside `filters`, `source_filters` and `inputs` it is a value. `status: null` leaves the status to manual pauses and resumes.",
    "",
    "Where several say something, the first counts:",
    "",
    ...table(["Key", "In this order"], PRECEDENCE),
    "",
    "A trigger that `exclude` names is not part of the environment: where it runs already, it is deleted. In a glob `*` stands for any characters, `{a,b}` for one of several. An override, or a plain name in `exclude`, that matches no trigger is an error: most likely the name has changed.",
    "",
    "`max_starts_per_minute` changes no trigger: it is what `validate`, `preview` and `timeline` compare the set with. More cron triggers of the namespace in one minute, or more than half of it for one resource, is the warning `CROWDED_MINUTE`.",
    "",
    "`after` changes no trigger either: commands with `--all-envs` run an environment after those that it names, as `--env` would. Files without it come in the order of their paths. Files that wait for one another are the error `ENVIRONMENT_CYCLE`.",
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
    "In a window of `quiet` the triggers that it names are kept paused.",
    "",
    ...file("environments/prod.yaml", QUIET),
    "",
    ...keyTable(core.QUIET, "Key of a window"),
    "",
    "**Nothing happens between runs.** The Mixpeek API knows no such windows: the first `up`, or `drift --fix`, in a window pauses, and the first one after it resumes. Run `drift --fix` [on a schedule](gitops.md#planned-quiet) to carry it out; a window that lies between two runs has no effect. Windows that overlap or follow each other at once are one.",
    "",
    "In a window, a run pauses what is active, and creates what is new paused. The state of the stack records each pause that a run made for quiet. After the window, or once it is no longer in the file, a run resumes exactly those:",
    "",
    ...table(
      ["The live trigger is", "`status` declared", "In a window", "After it"],
      [
        ["active", "`active` or none", "paused", "resumed"],
        ["paused for quiet by a run of this stack", "`active` or none", "stays paused", "resumed"],
        ["paused by somebody else, before or during the window", "none", "stays paused", "stays paused"],
        ["paused by somebody else", "`active`", "stays paused", "resumed: `active` is enforced"],
        ["failed", "none", "stays failed", "stays failed"],
        ["failed", "`active`", "stays failed: it does not run anyway, and a pause would hide it", "resumed"],
        ["any", "`paused`", "paused", "stays paused"],
        ["deleted outside", "`active` or none", "recreated, paused", "resumed"],
      ],
    ),
    "",
    "A trigger that somebody resumes during a window is paused again by the next run, and reported as drift until then. Where a trigger was changed since a run paused it, such as resumed and paused again, the service's feed of events tells whose the pause is; where the service has no feed, the pause counts as somebody else's and is left and reported.",
    "",
    "A run that is killed between a pause and its record leaves a pause that counts as somebody else's: without a declared `status` the trigger stays paused after the window, and each run reports it. Declare `status: active` for what must run again after a window whatever happens.",
    "",
    "Nothing is filled in: `${…}` cannot be used in `quiet`. A window whose end is in the past is a warning (`QUIET_OVER`), and so is a name or glob that matches no trigger (`QUIET_UNMATCHED`).",
    "",
  ];
}

function expressionSection(core, examples) {
  const kinds = core.REF_KINDS.map((kind) => code(`\${${kind}:name}`));
  return [
    "## Variables and references",
    "",
    "They may be in the values of definitions, overrides and variables, and in the `namespace` of an environment; never in keys.",
    "",
    ...table(
      ["Written", "Becomes"],
      [
        [code("${var.name}"), "the value under `variables` of the environment"],
        [code("${env:NAME}"), "the environment variable; a secret. See [below](#environment-variables)"],
        [kinds.join(", "), "the id of the resource of that name, in the trigger's namespace"],
        [code("$${"), "the text `${` itself"],
      ],
    ),
    "",
    "A variable that is the whole string keeps its type: a number stays a number, a list a list. Inside other text it becomes text, and must not be a list or map.",
    "",
    ...filledTable(core),
    "",
    "Where a key wants a number or a boolean, text that `${env:NAME}` or `${var.name}` gives as the whole value becomes one: `3600`, `-1`, `0.5`, `true`, `false`. Any other spelling (`007`, `1e3`, `True`, blanks) is an error, and so is a number that would be rounded. Text stays text for every other key, and inside `filters` and `inputs`.",
    "",
    "Expressions have no defaults: `${env:NAME:-3600}` is `EXPRESSION_INVALID`. A setting that is missing where the pipeline runs would otherwise apply another value, which no plan shows since values from the environment are hidden. Give a value to `variables` in each environment, and write `${var.name}`.",
    "",
    `References let the same definition run in every namespace: ${referencesIn(examples)} above are looked up where the trigger goes. One must fit its key, since a collection is no cluster. An id needs no reference: write \`clust_abc123\`. Inside one it is looked up as a name is, since a name may begin like an id.`,
    "",
    "Variables may use each other and `${env:…}`, but not in a circle. One that nothing uses is a warning. A definition that is checked without an environment is checked as far as it goes: what its variables would be is taken as right.",
    "",
    "### Environment variables",
    "",
    "A definition may come from a pull request, so it reads only what the owner of the pipeline allows:",
    "",
    "- every variable whose name starts with `MIXPEEK_VAR_`, as Terraform has it with `TF_VAR_`: nothing else sets such a name;",
    "- what `MIXPEEK_TRIGGERS_ENV` lists: names and globs, such as `REGION,TEAM_*`. Set it in the settings of what runs this, not in the repository. Names that hold credentials, such as `AWS_*`, `GITHUB_*` or `*TOKEN*`, need their exact name in the list;",
    "- `MIXPEEK_NAMESPACE`.",
    "",
    "`MIXPEEK_API_KEY`, `PULUMI_ACCESS_TOKEN` and the passphrase of the state are never read. Anything else is `ENV_NOT_ALLOWED`.",
    "",
    "A value that comes from `${env:NAME}` is secret, and so is the whole text around it: plans, reports and errors show `[secret]`, and the state holds it encrypted. `MIXPEEK_NAMESPACE` is the exception. What every plan prints (`namespace`, `name`, `adopt`, `action_type`, `trigger_type`, `allow_unknown`) cannot be made of a secret.",
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
