import { describe, expect, test } from "@jest/globals";
import { diffTrigger } from "../../../provider/core/diff/diff";
import { type Names, refKindsOf } from "../../../provider/core/export/export-definition";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { ACTION_CONFIGS, canary, live, SCHEDULE_CONFIGS } from "../samples";
import { exported, named, pairs, readBack, text } from "./exported";

describe("what is written", () => {
  test("is a definition in the table's order, without defaults and empty values", () => {
    const trigger = live({
      name: "search team / canary",
      description: "Costs ${5}\n",
      action_type: "taxonomy_enrichment",
      action_config: {
        parallelism: "4",
        batch_size: "500",
        incremental: false,
        filters: { AND: [{ value: "${x}", field: "a", operator: "eq" }], note: null },
        target_collection_id: null,
        collection_id: "col_2",
        taxonomy_id: "tax_1",
      },
      schedule_config: { timezone: "Etc/UTC", cron_expression: "00 2 * * *" },
      status: "paused",
    });
    const names: Names = (kind, id) => (kind === "taxonomy" && id === "tax_1" ? "products: all" : undefined);
    expect(text([trigger], { names })).toBe(`triggers:
  search team / canary:
    description: |
      Costs $\${5}
    action_type: taxonomy_enrichment
    action_config:
      taxonomy_id: "\${taxonomy:products: all}"
      collection_id: col_2
      filters:
        AND:
          - value: $\${x}
            field: a
            operator: eq
        note: null
      batch_size: 500
    trigger_type: cron
    schedule_config:
      cron_expression: "00 2 * * *"
    status: paused
`);
  });

  test("lists of references have each item as its own reference, once", () => {
    const config = {
      cluster_id: "clust_1",
      output_collection_ids: ["col_1", "col_22", "col_1"],
    };
    expect(
      text([live({ action_config: config })], { names: (_, id) => (id === "col_1" ? "a" : undefined) }),
    ).toContain(`cluster_id: clust_1
      output_collection_ids:
        - \${collection:a}
        - col_22
`);
  });

  test("a name that begins like an id is a reference, since it is looked up", () => {
    expect(text([live()], { names: () => "clust_2024" })).toContain("cluster_id: ${cluster:clust_2024}\n");
  });

  test.each(["a{b", "a}", " a", "a ", "", ".", ".."])(
    "the id stays if a reference to the name %j could not be parsed or looked up",
    (resource) => {
      expect(text([live()], { names: () => resource })).toContain("cluster_id: clust_1\n");
    },
  );

  test.each<[string, Partial<LiveTrigger>, string]>([
    ["active", {}, ""],
    [
      "failed",
      { status: "failed", health: { consecutive_failures: 5 } },
      "  # The live trigger has the status failed after 5 failed runs, and keeps it.",
    ],
    ["paused", { status: "paused" }, "    status: paused\n"],
  ])("the status: %s", (status, change, said) => {
    const file = text([live(change)]);
    expect(file).toContain(said);
    expect(/^ {4}status: /m.test(file)).toBe(status === "paused");
    expect(exported([live(change)]).files["triggers/dev.yaml"]).toMatch(
      /^# .*\n# Only paused triggers have a status here/,
    );
  });

  test("long texts are on one line, multi-line texts are blocks, and no name ends a comment", () => {
    const long = "word ".repeat(60).trim();
    const file = text([
      live({ description: long }),
      live({ name: "b", description: "one\ntwo", trigger_id: "trg_2" }),
    ]);
    expect(file).toContain(`description: ${long}\n`);
    expect(file).toContain("description: |-\n      one\n      two\n");
    const { files } = exported([live()], { namespace: "a\nb: c" });
    expect(Object.keys(files)).toEqual(["triggers/a-b-c.yaml", "environments/a-b-c.yaml"]);
    expect(readBack({ files, skipped: [], count: 1, nameless: 0, variables: [] }, {})[0]!.namespace).toBe(
      "a\nb: c",
    );
  });

  test("the environment is written, and nothing if there is none", () => {
    expect(exported([live()]).files["environments/dev.yaml"]).toBe("namespace: dev\n");
    expect(exported([live()], { namespace: "ns_1" }).files["environments/ns_1.yaml"]).toBe(
      "namespace: ns_1\n",
    );
    expect(exported([])).toEqual({ files: {}, skipped: [], count: 0, nameless: 0, variables: [] });
    expect(exported([live({ status: "disabled" })], { split: true }).files).toEqual({});
  });

  test("with split: one file each, with names that are safe and distinct on every system", () => {
    const names = ["A b", "a/b", "a-b", "../x", "Ünï", "夜", "", "con", "x".repeat(200), "x".repeat(201)];
    const all = names.map((name, at) => live({ name: name || "..", trigger_id: `trg_${at}` }));
    const { files } = exported(all, { split: true });
    expect(Object.keys(files).sort()).toEqual(
      [
        "environments/dev.yaml",
        ...["a-b", "a-b-2", "a-b-3", "x", "uni", "trigger", "trigger-2", "con-trigger"],
        "x".repeat(80),
        `${"x".repeat(80)}-2`,
      ]
        .map((file) => (file.includes("/") ? file : `triggers/dev/${file}.yaml`))
        .sort(),
    );
  });
});

describe("what this release does not know", () => {
  test.each<[string, Partial<LiveTrigger>, string[]]>([
    [
      "keys",
      { action_config: { cluster_id: "c", zeta: { a: "${x}" }, alpha: 1 } },
      ["action_config.alpha", "action_config.zeta"],
    ],
    [
      "nested keys",
      canary({ acceptance: { min_results: 1, fresh: true } }),
      ["action_config.acceptance.fresh"],
    ],
    ["an action type", { action_type: "new_${x}", action_config: { any: "thing" } }, ["action_type"]],
    ["a trigger type", { trigger_type: "lunar", schedule_config: { phase: "full" } }, ["trigger_type"]],
    ["a value", { action_config: { cluster_id: "c", mode: "quantum" } }, ["action_config.mode"]],
    ["wider bounds", { schedule_config: { cron_expression: "@daily" } }, ["schedule_config.cron_expression"]],
    [
      "nothing in an open condition",
      {
        trigger_type: "conditional",
        schedule_config: { condition_type: "volume", documents: 5 },
      },
      [],
    ],
  ])("%s: passes unchecked, listed in allow_unknown", (_, change, unchecked) => {
    const trigger = live(change);
    const out = exported([trigger], { names: named });
    const [[found, desired]] = pairs([trigger], out) as [[LiveTrigger, DesiredTrigger]];
    expect(desired.allow_unknown ?? []).toEqual(unchecked);
    expect(diffTrigger(desired, undefined, found)).toEqual([]);
  });

  test("keys that no definition can contain are left out, and reported", () => {
    const trigger = live({ action_config: { cluster_id: "c", "a${b}": 1 } });
    expect(text([trigger])).toMatch(
      /^triggers:\n {2}# Left out, because a definition cannot contain it: action_config\.a\$\{b\}\.\n {2}nightly:\n/,
    );
    const [[found, desired]] = pairs([trigger], exported([trigger])) as [[LiveTrigger, DesiredTrigger]];
    expect(desired.action_config).toEqual({ cluster_id: "c" });
    expect(diffTrigger(desired, undefined, found)).toEqual([]);
  });
});

describe("what is skipped, and what is found by its id", () => {
  test.each<[string, LiveTrigger[], RegExp]>([
    ["a deleted one", [live({ status: "disabled" })], /^it is deleted \(disabled\)$/],
    [
      "a collection's own",
      [live({ trigger_id: "trg_own" })],
      /^the schedule of collection "docs" created and manages it/,
    ],
    ["a name too long", [live({ name: "x".repeat(256) })], /^its name .* is out of bounds$/],
    ["a name with control characters", [live({ name: "a\nb" })], /^its name has control characters$/],
    [
      "a name that JavaScript reserves",
      [live({ name: "__proto__" })],
      /^it cannot be written as YAML: .*KEY_UNKNOWN/,
    ],
    [
      "a key that JavaScript reserves",
      [live(canary({ inputs: JSON.parse('{ "__proto__": 1 }') as JsonObject }))],
      /^it cannot be written as YAML: .*KEY_UNKNOWN/,
    ],
  ])("%s", (_, all, reason) => {
    const out = exported(all, { owners: new Map([["trg_own", "docs"]]) });
    expect(out).toMatchObject({ files: {}, count: 0 });
    expect(out.skipped).toEqual([{ trigger: all[0]!.name, reason: expect.stringMatching(reason) }]);
  });

  test("the second trigger of one name is skipped, and the first adopted by its id", () => {
    const out = exported([
      live({ trigger_id: "trg_a" }),
      live({ trigger_id: "trg_b" }),
      live({ name: "other" }),
    ]);
    expect(out.skipped).toEqual([
      {
        trigger: "nightly",
        reason: "trg_a has the same name, and this is trg_b: rename one of them, then export again",
      },
    ]);
    expect(out.files["environments/dev.yaml"]).toMatch(
      /^namespace: dev\noverrides:\n( {2}#.*\n)+ {2}nightly:\n {4}adopt: trg_a\n$/,
    );
  });

  test("a collection's own trigger with the same name makes it ambiguous, too", () => {
    const all = [live({ trigger_id: "trg_own" }), live({ trigger_id: "trg_b" })];
    const out = exported(all, { owners: new Map([["trg_own", "docs"]]) });
    expect(out.files["environments/dev.yaml"]).toContain("adopt: trg_b");
  });

  test("a trigger without a name is named after what it does, or differently if that name is taken", () => {
    const without = (trigger_id: string, change: Partial<LiveTrigger> = {}): LiveTrigger => {
      const { name: _, ...rest } = live({ trigger_id, ...change });
      return rest;
    };
    const names: Names = () => "Product clusters";
    const keysOf = (...all: LiveTrigger[]): string[] =>
      pairs(all, exported(all)).map(([{ trigger_id }, { name }]) => `${trigger_id} ${name}`);
    expect(exported([without("trg_1")], { names }).files["environments/dev.yaml"]).toContain(
      "  cluster-product-clusters-cron-0-2-x-x-x:\n    adopt: trg_1\n",
    );
    expect(
      keysOf(without("trg_1", { trigger_type: "interval", schedule_config: { interval_seconds: 60 } })),
    ).toEqual(["trg_1 cluster-clust_1-interval-60"]);
    expect(
      keysOf(without("trg_1", { action_type: "new", trigger_type: "lunar", schedule_config: {} })),
    ).toEqual(["trg_1 new-lunar"]);
    // Whichever is listed first: each keeps its name when the other one is renamed.
    const twins = [
      "trg_1 cluster-clust_1-cron-0-2-x-x-x-trg_1",
      "trg_2 cluster-clust_1-cron-0-2-x-x-x-trg_2",
    ];
    expect(keysOf(without("trg_2"), without("trg_1"))).toEqual(twins);
    expect(keysOf(live({ name: "cluster-clust_1-cron-0-2-x-x-x" }), without("trg_2")).at(-1)).toBe(twins[1]);
  });
});

test("kinds of resources are those of the keys that contain ids", () => {
  const all = Object.entries(ACTION_CONFIGS).map(([action_type, action_config]) =>
    live({ action_type, action_config }),
  );
  expect(refKindsOf(all).sort()).toEqual([
    "alert",
    "bucket",
    "cluster",
    "collection",
    "retriever",
    "taxonomy",
  ]);
  expect(refKindsOf([live()])).toEqual(["cluster"]);
  expect(refKindsOf([live({ action_type: "batch_rerun", action_config: { batch_id: "b" } })])).toEqual([]);
  const event = { trigger_type: "event", schedule_config: SCHEDULE_CONFIGS["event"]! };
  expect(refKindsOf([live({ action_type: "new", action_config: { cluster_id: "c" }, ...event })])).toEqual([
    "collection",
  ]);
  expect(refKindsOf([live({ action_config: { cluster_id: "c", output_collection_ids: [] } })])).toEqual([
    "cluster",
  ]);
});
