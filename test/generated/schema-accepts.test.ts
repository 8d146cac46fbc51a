// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { globSync } from "tinyglobby";
import { isError } from "../../provider/core/issues/issue";
import { ACTIONS } from "../../provider/core/schema/actions";
import { isFreeKey } from "../../provider/core/schema/file-keys";
import type { Json } from "../../provider/core/schema/model";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { RUNS, triggerOf } from "../core/arbitraries";
import { expectEqual } from "../core/equal";
import { nightly, setOf } from "../core/files";
import { definitions, environment, override, refusals } from "./schema";

describe("accepts definitions files", () => {
  test.each<[string, string]>([
    ["with options of a run", nightly("protect: true", "retain: false")],
    [
      "with defaults",
      `defaults: { status: paused, timezone: Europe/Paris, description_prefix: "[a] ", adopt: true }\n${nightly()}`,
    ],
    ["with null for absent keys", `defaults: { status: null, timezone: null, adopt: null }\n${nightly()}`],
    ["with no defaults", `defaults:\n${nightly()}`],
    ["with anchors", `x-base: &base { status: paused }\nx-: [1]\n${nightly("<<: *base")}`],
    ["with a renamed trigger", nightly("replaces: each-night")],
  ])("%s", (_, text) => {
    expect(definitions(text)).toEqual([]);
    expect(setOf({ definitions: text }).issues).toEqual([]);
  });

  test("with free keys, as in validation", () => {
    const key = fc.oneof(
      fc.string(),
      fc.string().map((name) => `x-${name}`),
      fc.constantFrom("X-a", "x", "ax-b"),
    );
    const isKnown = (name: string): boolean => ["triggers", "defaults"].includes(name);
    fc.assert(
      fc.property(
        key.filter((name) => !isKnown(name)),
        (name) => {
          const refused = refusals(
            JSON.parse(`{"triggers": {}, ${JSON.stringify(name)}: 1}`),
            "#/$defs/definitions",
          );
          expectEqual(refused, isFreeKey(name) ? [] : [name]);
        },
      ),
      RUNS,
    );
  });
});

/** A definition with maps in its config. */
const NESTED = nightly(
  "action_config: { retriever_id: ret_1, notification_config: { channels: [{ channel_type: email, config: {} }] } }",
).replace("cluster", "retriever_execution");

describe("accepts environments", () => {
  test.each<[string, string, string?]>([
    ["that are empty", "{}"],
    ["with only a namespace", "namespace: prod"],
    ["with a namespace from an environment variable", "namespace: ${env:MIXPEEK_NAMESPACE}"],
    ["with a status from an environment variable", "status: ${env:MIXPEEK_VAR_STATUS}"],
    [
      "with keys of the user's own and of an editor",
      "x-base: &b { a: 1 }\n$schema: ./schema.json\nvariables: *b",
    ],
    ["with nulls", "{ namespace: null, status: null, variables: null, overrides: null, exclude: null }"],
    [
      "with variables of every type",
      "variables: { a: 1, b: [1, {}], c: {}, d: null, e: true, f: '${var.a}' }",
    ],
    ["that exclude triggers", "exclude: [nightly, 'night*']"],
    ["that change one key", override("{ schedule_config: { timezone: Europe/Paris } }")],
    [
      "that remove fields",
      override("{ description: null, status: null, adopt: null, allow_unknown: null, namespace: null }"),
    ],
    ["that remove keys of a config", override("{ action_config: { mode: null, filters: null } }")],
    [
      "with variables in an override",
      `variables: { s: paused, t: 1 }\n${override("{ status: '${var.s}', action_config: { assignment_threshold: '${var.t}' } }")}`,
    ],
    [
      "with a variable for a whole config",
      `variables: { c: { cluster_id: clust_2 } }\n${override("{ action_config: '${var.c}' }")}`,
    ],
    [
      "that change the type",
      override(
        "{ trigger_type: interval, schedule_config: { cron_expression: null, interval_seconds: 60 } }",
      ),
    ],
    [
      "with a part of nested maps",
      override(
        "{ action_config: { acceptance: { min_results: 1 }, notification_config: { notify_on: always } } }",
      ),
      NESTED,
    ],
    [
      "with a newer key that is in allow_unknown",
      override("{ allow_unknown: [action_config.new_key], action_config: { new_key: 1 } }"),
    ],
    [
      "with a newer type that is in allow_unknown",
      override("{ allow_unknown: [action_type], action_type: video_render, action_config: { any: 1 } }"),
    ],
    [
      "with a key of an open type",
      override("{ action_type: alert_evaluation, action_config: { alert_id: a } }"),
    ],
    [
      "with a key of an open condition",
      override("{ schedule_config: { condition_type: volume, documents: 5 } }"),
      nightly("schedule_config: { condition_type: volume }").replace("cron", "conditional"),
    ],
  ])("%s", (_, text, declared = nightly()) => {
    expect(environment(text)).toEqual([]);
    const { issues } = setOf({
      definitions: declared,
      environment: text,
      env: { MIXPEEK_NAMESPACE: "prod", MIXPEEK_VAR_STATUS: "paused" },
    });
    expect(issues.filter(isError)).toEqual([]);
  });

  const types = Object.keys(ACTIONS).flatMap((action) =>
    Object.keys(SCHEDULES).map((schedule) => [action, schedule]),
  );
  const isOpenType = (type: string): boolean => ACTIONS[type]!.open?.({}) === true;

  test.each(types)("with any part of a valid trigger in an override: %s with %s", (action, schedule) => {
    const part = triggerOf(action!, schedule!).chain((trigger) => partOf(trigger as unknown as Json));
    fc.assert(
      fc.property(part, (given) => {
        // Only if the override names the type, keys that no other type has are accepted.
        const said = isOpenType(action!) ? { action_type: action } : {};
        expectEqual(refusals({ overrides: { nightly: { ...(given as object), ...said } } }), []);
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 4) },
    );
  });
});

/** Some keys are left out, some are null, at every depth of maps. */
function partOf(value: Json): fc.Arbitrary<Json> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fc.constant(value);
  const kept = Object.entries(value).map(([key, inner]) =>
    fc.oneof(
      fc.constant([]),
      fc.constant([[key, null]]),
      partOf(inner!).map((some) => [[key, some]]),
    ),
  );
  return fc.tuple(...kept).map((entries) => Object.fromEntries(entries.flat()) as Json);
}

describe("accepts the files that users copy from this repository", () => {
  const root = resolve(__dirname, "../..");
  const files = (folder: string): string[] =>
    globSync([`{templates,examples}/**/${folder}/**/*.{yaml,yml,json}`], {
      cwd: root,
      ignore: ["**/node_modules/**"],
    });

  test.each(files("triggers"))("definitions: %s", (path) => {
    expect(definitions(readFileSync(join(root, path), "utf8"))).toEqual([]);
  });

  test.each(files("environments"))("environment: %s", (path) => {
    expect(environment(readFileSync(join(root, path), "utf8"))).toEqual([]);
  });
});
