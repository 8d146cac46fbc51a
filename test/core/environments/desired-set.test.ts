import { describe, expect, test } from "@jest/globals";
import { type Files, linesOf, nightly, setOf, triggersOf } from "../files";

const NIGHTLY = {
  name: "nightly",
  action_type: "cluster",
  action_config: { cluster_id: "clust_1" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

describe("a definition becomes a trigger", () => {
  test.each<[string, Files, object]>([
    ["as it is written", { definitions: nightly() }, {}],
    [
      "from JSON",
      { definitions: JSON.stringify({ triggers: { nightly: { ...NIGHTLY, name: undefined } } }) },
      {},
    ],
    ["with a byte order mark and CRLF", { definitions: `\uFEFF${nightly().replaceAll("\n", "\r\n")}` }, {}],
    [
      "from a body made for curl, name and all",
      { definitions: nightly("name: nightly", "description: x") },
      { description: "x" },
    ],
    [
      "in the environment's namespace",
      { definitions: nightly(), environment: "namespace: prod" },
      { namespace: "prod" },
    ],
    [
      "with the defaults of its file",
      {
        definitions: `defaults: { status: paused, timezone: Europe/Paris, description_prefix: "[search] ", adopt: true }\n${nightly("description: nightly")}`,
      },
      {
        status: "paused",
        adopt: true,
        description: "[search] nightly",
        schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
      },
    ],
    [
      "with its own values before the defaults",
      {
        definitions: `defaults: { status: paused, timezone: Europe/Paris, adopt: true, description_prefix: "x " }\n${nightly("status: active", "adopt: false", 'schedule_config: { cron_expression: "0 2 * * *", timezone: UTC }')}`,
      },
      { status: "active", adopt: false, schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" } },
    ],
    [
      "from anchors and merge keys, where its own keys take precedence",
      {
        definitions:
          "x-base: &base { action_type: cluster, trigger_type: cron, status: paused }\ntriggers:\n  nightly:\n    <<: *base\n    status: active\n    action_config: { cluster_id: clust_1 }\n    schedule_config: { cron_expression: '0 2 * * *' }\n",
      },
      { status: "active" },
    ],
    [
      "with the environment's status before its own",
      { definitions: nightly("status: active"), environment: "status: paused" },
      { status: "paused" },
    ],
    [
      "with an override's status before all others",
      { definitions: nightly(), environment: "status: paused\noverrides: { nightly: { status: active } }" },
      { status: "active" },
    ],
    [
      "without a status if an override removes it",
      {
        definitions: nightly("status: active"),
        environment: "status: paused\noverrides: { nightly: { status: null } }",
      },
      {},
    ],
    [
      "with an override: maps merged, lists replaced, nulls removed",
      {
        definitions: nightly(
          "description: old",
          "action_config: { cluster_id: clust_1, output_collection_ids: [col_1, col_2], mode: assign }",
        ),
        environment:
          "overrides: { nightly: { description: null, action_config: { output_collection_ids: [col_3], mode: null }, schedule_config: { timezone: UTC } } }",
      },
      {
        action_config: { cluster_id: "clust_1", output_collection_ids: ["col_3"] },
        schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" },
      },
    ],
    [
      "with the namespace of an override",
      {
        definitions: nightly(),
        environment: "namespace: prod\noverrides: { nightly: { namespace: shared } }",
      },
      { namespace: "shared" },
    ],
    [
      "with the type of a variable that is the whole text",
      {
        definitions: nightly(
          'action_config: { cluster_id: clust_1, filters: "${var.filters}", mode: assign, assignment_threshold: "${var.t}" }',
        ),
        environment: "variables: { t: 0.7, filters: { AND: [{ field: a, operator: eq, value: 1 }] } }",
      },
      {
        action_config: {
          cluster_id: "clust_1",
          filters: { AND: [{ field: "a", operator: "eq", value: 1 }] },
          mode: "assign",
          assignment_threshold: 0.7,
        },
      },
    ],
    [
      "with variables and environment variables inside texts, and variables in variables",
      {
        definitions: nightly('description: "${var.who} on ${env:HOST} at ${var.n}, for $${var.n}"'),
        environment:
          'namespace: "${env:MIXPEEK_NAMESPACE}"\nvariables: { who: "team ${var.team}", team: search, n: 5 }',
        env: { HOST: "h ${x}", MIXPEEK_NAMESPACE: "prod" },
        allow: "HOST",
      },
      {
        description: "team search on h $${x} at 5, for $${var.n}",
        namespace: "prod",
        secret_paths: ["description"],
      },
    ],
    [
      "variables in a status, in defaults, and for a whole schedule",
      {
        definitions: `defaults: { timezone: "\${var.zone}", status: "\${var.status}" }\n${nightly('schedule_config: "${var.schedule}"')}`,
        environment:
          'variables: { zone: Europe/Paris, status: paused, schedule: { cron_expression: "0 2 * * *", timezone: null } }',
      },
      {
        status: "paused",
        schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
      },
    ],
    [
      "a status of the environment from outside, and keys that are the user's own",
      {
        definitions: `$schema: x\nx-a: 1\n${nightly()}`,
        environment: 'x-b: 2\n$schema: y\nstatus: "${env:STATUS}"',
        env: { STATUS: "paused" },
        allow: "STATUS",
      },
      { status: "paused" },
    ],
    ["an empty override", { definitions: nightly(), environment: "overrides: { nightly: {} }" }, {}],
    ["an empty environment", { definitions: nightly(), environment: "# nothing yet\n" }, {}],
  ])("%s", (_, files, change) => {
    expect(linesOf(files)).toEqual([]);
    expect(triggersOf(files)).toEqual({ nightly: { ...NIGHTLY, ...change } });
  });

  test("several files form one set, and excludes remove triggers by name and glob", () => {
    const definitions = {
      "a.yaml": nightly(),
      "b.yaml": nightly().replace("nightly", "exp/one"),
      "c.yaml": nightly().replace("nightly", "old"),
    };
    expect(Object.keys(triggersOf({ definitions }))).toEqual(["nightly", "exp/one", "old"]);
    const environment = 'exclude: ["exp*", old]';
    expect(linesOf({ definitions, environment })).toEqual([]);
    expect(Object.keys(triggersOf({ definitions, environment }))).toEqual(["nightly"]);
  });

  test("without an environment, variables are unknown and nothing is reported about them", () => {
    const definitions = nightly(
      'status: "${var.status}"',
      'schedule_config: { cron_expression: "${var.m} 2 * * *", timezone: Mars }',
    );
    expect(linesOf({ definitions })).toEqual([
      'a.yaml:7:71 ZONE_UNKNOWN nightly: schedule_config.timezone: "Mars" is not an IANA time zone. Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
    ]);
  });

  test("options of a run are kept with the trigger, and an override takes precedence over the definition", () => {
    const definitions = nightly("protect: true", 'retain: "${var.r}"');
    const environment = "variables: { r: true }\noverrides: { nightly: { protect: false } }";
    expect(setOf({ definitions, environment }).declarations).toMatchObject([
      { protect: false, retain: true },
    ]);
    expect(setOf({ definitions: nightly() }).declarations).toMatchObject([{ protect: false, retain: false }]);
    expect(triggersOf({ definitions, environment })).toEqual({ nightly: NIGHTLY });
  });

  test("replaces is kept with the trigger", () => {
    const [declaration] = setOf({ definitions: nightly("replaces: weekly") }).declarations;
    expect(declaration).toMatchObject({ name: "nightly", replaces: "weekly" });
    expect(declaration!.trigger).toEqual(NIGHTLY);
  });
});
