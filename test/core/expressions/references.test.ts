import { describe, expect, test } from "@jest/globals";
import { diffTrigger } from "../../../provider/core/diff/diff";
import { isOpen, partsOf } from "../../../provider/core/expressions/expressions";
import { notFound, referencesOf, resolve } from "../../../provider/core/expressions/references";
import { issueLine } from "../../../provider/core/issues/issue";
import { changeLine } from "../../../provider/core/plan/explain";
import type { DesiredTrigger } from "../../../provider/core/schema/model";
import { applied, desired, live } from "../samples";

const IDS: Record<string, string> = {
  "cluster:a": "clust_a",
  "collection:b": "col_b",
  "collection:c": "col_c",
  "collection:col_y": "col_of_that_name",
};

const config = (action_config: object, references?: Record<string, string>): DesiredTrigger =>
  desired({ action_config, ...(references ? { references } : {}) } as Partial<DesiredTrigger>);

describe("partsOf", () => {
  test.each<[string, unknown[]]>([
    ["", []],
    ["plain $ text {x}", ["plain $ text {x}"]],
    ["${cluster:a b/c}", [{ text: "${cluster:a b/c}", kind: "cluster", name: "a b/c" }]],
    ["${ var.x }", [{ text: "${ var.x }", kind: "var", name: "x" }]],
    ["a ${env:B} c", ["a ", { text: "${env:B}", kind: "env", name: "B" }, " c"]],
    ["$${var.x} ${var.y}", ["${var.x} ", { text: "${var.y}", kind: "var", name: "y" }]],
    ["$$${var.y}", ["$${var.y}"]],
  ])("%j", (text, parts) => expect(partsOf(text)).toEqual({ parts, problems: [] }));

  test("a text is open while it contains an expression that is not escaped", () => {
    expect(["${var.x}", "a ${cluster:b}", "$${var.x}", "x", 5].map(isOpen)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("resolve", () => {
  test("inserts ids everywhere, records the origin of whole values, and looks up names that begin like ids", () => {
    const trigger = config({
      cluster_id: "${cluster:a}",
      output_collection_ids: ["col_x", "${collection:b}", "${collection:col_y}"],
      filters: { AND: [{ field: "source", operator: "eq", value: "id ${collection:c} of $${x}" }] },
    });
    expect(referencesOf(trigger).map(({ path, text }) => [path.join("."), text])).toEqual([
      ["action_config.cluster_id", "${cluster:a}"],
      ["action_config.output_collection_ids.1", "${collection:b}"],
      ["action_config.output_collection_ids.2", "${collection:col_y}"],
      ["action_config.filters.AND.0.value", "${collection:c}"],
    ]);
    const asked: string[] = [];
    const done = resolve(trigger, ({ kind, name }) => {
      asked.push(`${kind}:${name}`);
      return IDS[`${kind}:${name}`];
    });
    expect(asked).toEqual(["cluster:a", "collection:b", "collection:col_y", "collection:c"]);
    expect(done.missing).toEqual([]);
    expect(done.trigger.action_config).toEqual({
      cluster_id: "clust_a",
      output_collection_ids: ["col_x", "col_b", "col_of_that_name"],
      filters: { AND: [{ field: "source", operator: "eq", value: "id col_c of ${x}" }] },
    });
    expect(done.trigger.references).toEqual({
      "action_config.cluster_id": "${cluster:a}",
      "action_config.output_collection_ids.1": "${collection:b}",
      "action_config.output_collection_ids.2": "${collection:col_y}",
    });
  });

  test("reports what is missing, and adds nothing if there is no reference", () => {
    const { missing } = resolve(config({ cluster_id: "${cluster:b}" }), () => undefined);
    expect(missing.map((each) => issueLine(notFound(each, "prod", () => ["a", "bb"])))).toEqual([
      'REFERENCE_NOT_FOUND action_config.cluster_id: there is no cluster "b" in namespace "prod". Create it there, or write its clust_… id.',
    ]);
    expect(missing.map((each) => notFound({ ...each, name: "clust_2024" }, "prod", () => []).hint)).toEqual([
      "Create it there, or write it without ${…} if it is an id: clust_2024.",
    ]);
    expect(
      missing.map((each) => notFound({ ...each, name: "products" }, "prod", () => ["product"]).hint),
    ).toEqual(["Did you mean ${cluster:product}?"]);
    expect(resolve(desired(), () => undefined)).toEqual({ trigger: desired(), missing: [] });
  });
});

describe("a recreated resource is distinguished from an edit", () => {
  const A = { "action_config.cluster_id": "${cluster:a}" };
  const LIST = { "action_config.output_collection_ids.0": "${collection:b}" };

  test.each<[string, [object, Record<string, string>?], [object, Record<string, string>?], string]>([
    [
      "an id behind a name",
      [{ cluster_id: "clust_2" }, A],
      [{ cluster_id: "clust_1" }, A],
      "reference moved: ${cluster:a} is another resource now",
    ],
    [
      "another name",
      [{ cluster_id: "clust_2" }, { "action_config.cluster_id": "${cluster:z}" }],
      [{ cluster_id: "clust_1" }, A],
      "you edited",
    ],
    ["an id that became a name", [{ cluster_id: "clust_2" }, A], [{ cluster_id: "clust_1" }], "you edited"],
    ["a literal id", [{ cluster_id: "clust_2" }], [{ cluster_id: "clust_1" }], "you edited"],
    [
      "one of a list",
      [{ cluster_id: "c", output_collection_ids: ["col_2", "col_9"] }, LIST],
      [{ cluster_id: "c", output_collection_ids: ["col_1", "col_9"] }, LIST],
      "reference moved: ${collection:b} is another resource now",
    ],
    [
      "one of a list, and another item edited",
      [{ cluster_id: "c", output_collection_ids: ["col_2", "col_8"] }, LIST],
      [{ cluster_id: "c", output_collection_ids: ["col_1", "col_9"] }, LIST],
      "you edited",
    ],
    [
      "inside filters, whose keys have dots",
      [
        { cluster_id: "c", filters: { "a.b": { x: "col_2" } } },
        { "action_config.filters.a.b.x": "${collection:b}" },
      ],
      [
        { cluster_id: "c", filters: { "a.b": { x: "col_1" } } },
        { "action_config.filters.a.b.x": "${collection:b}" },
      ],
      "reference moved: ${collection:b} is another resource now",
    ],
  ])("%s", (_, now, before, cause) => {
    const was = config(...before);
    const state = applied({
      action_config: was.action_config,
      ...(before[1] ? { references: before[1] } : {}),
    });
    const [change, ...others] = diffTrigger(
      config(...now),
      state,
      live({ action_config: was.action_config }),
    );
    expect(others).toEqual([]);
    expect(changeLine("nightly", change!)).toContain(`desired (${cause})`);
  });

  test("in another namespace, the cause is the namespace", () => {
    const state = applied({ action_config: { cluster_id: "clust_1" }, references: A });
    const wanted = (namespace: string) => ({ ...config({ cluster_id: "clust_2" }, A), namespace });
    const twin = live({ action_config: { cluster_id: "clust_1" } });
    const lines = (namespace: string) =>
      diffTrigger(wanted(namespace), state, twin).map((change) => changeLine("nightly", change));
    expect(lines("staging")).toEqual([
      'nightly: namespace is "prod" live, "staging" desired (you edited)',
      'nightly: action_config.cluster_id is "clust_1" live, "clust_2" desired (namespace changed: ${cluster:a} is another resource there)',
    ]);
    // The id of the same namespace is not a move.
    expect(lines("ns_1")).toEqual([expect.stringContaining("(reference moved: ${cluster:a}")]);
  });

  test("a reference that was also changed manually has both causes", () => {
    const state = applied({ action_config: { cluster_id: "clust_1" }, references: A });
    const [change] = diffTrigger(
      config({ cluster_id: "clust_2" }, A),
      state,
      live({ action_config: { cluster_id: "clust_3" } }),
    );
    expect(change!.cause).toBe("both changed");
  });
});
