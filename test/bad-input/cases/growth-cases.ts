import { type Files, nightly } from "../../core/files";

const many = (count: number, item: (at: number) => string, between = ""): string =>
  Array.from({ length: count }, (_, at) => item(at)).join(between);

const said = (text: string): Files => ({ definitions: nightly(`description: ${JSON.stringify(text)}`) });
const within = (environment: string, definitions = nightly()): Files => ({ definitions, environment });
const trigger = (at: number): string =>
  nightly().replace("triggers:\n", "").replace("nightly", `trigger-number-${at}`);

/** Files that grow with `size`, each in one way. */
export const GROWTH: Readonly<Record<string, (size: number) => Files>> = {
  "an expression of spaces": (size) => said(`\${var.${" ".repeat(size)}{}`),
  "an expression of spaces and lines": (size) => said(`\${${" \n".repeat(size)}x}`),
  "a long kind": (size) => said(`\${${"e".repeat(size)}:x}`),
  "malformed expressions": (size) => said(many(size, (at) => `\${x${at}}`)),
  "opening braces": (size) => said("${".repeat(size)),
  escapes: (size) => said("$${".repeat(size)),
  "variables in one string": (size) => ({
    ...said(many(size, (at) => `\${var.a${at}}`)),
    environment: `variables: { ${many(size, (at) => `a${at}: x`, ", ")} }`,
  }),
  "undefined variables in one string": (size) => ({
    ...said(many(size, (at) => `\${var.b${at}}`)),
    environment: "{}",
  }),
  "an undefined variable in each trigger": (size) => ({
    definitions: `triggers:\n${many(size, (at) => trigger(at).replace("clust_1", `"\${var.b${at}}"`))}`,
    environment: `variables: { ${many(size, (at) => `a${at}: x`, ", ")} }`,
  }),
  "a long string behind aliases": (size) => ({
    definitions: `x-a: &a ${"x".repeat(size * 10)}\ntriggers:\n${many(size / 10, (at) => `${trigger(at)}    description: *a\n`)}`,
  }),
  "a long prefix": (size) => ({
    definitions: `defaults: { description_prefix: ${"x".repeat(size * 10)} }\ntriggers:\n${many(size / 10, (at) => `${trigger(at)}    description: "$$"\n`)}`,
  }),
  "names of the environment that are not triggers": (size) =>
    within(
      `overrides: { ${many(size, (at) => `over-${at}: {}`, ", ")} }\nexclude: [${many(size, (at) => `out-${at}`, ", ")}]`,
      `triggers:\n${many(size, trigger)}`,
    ),
  globs: (size) =>
    within(`exclude: [${many(size, (at) => `"*x${at}*"`, ", ")}]`, `triggers:\n${many(size / 10, trigger)}`),
  "a glob of stars": (size) => within(`exclude: ["${"*a".repeat(size)}"]`),
  "names for a glob of stars": (size) =>
    within(`exclude: ["${"*a".repeat(60)}*b"]`, `triggers:\n${many(size, (at) => trigger(at))}`),
  "a long name for a glob of stars": (size) =>
    within('exclude: ["*a*a*a*a*a*b"]', nightly().replace("nightly", "a".repeat(size * 10))),
  "a long unknown key": (size) => ({ definitions: nightly(`${"descriptio".repeat(size)}: x`) }),
  "unknown keys": (size) => ({
    definitions: nightly(...Array.from({ length: size }, (_, at) => `x${at}: 1`)),
  }),
  "duplicate keys": (size) => ({ definitions: nightly(...Array(size).fill("status: paused")) }),
  "problems on one line": (size) => ({
    definitions: `{ triggers: { ${many(size, (at) => `t${at}: 1`, ", ")} } }`,
  }),
  "wrong items beside secret ones": (size) => ({
    definitions: nightly(
      `action_config: { cluster_id: clust_1, output_collection_ids: [${'1, "${env:MIXPEEK_VAR_A}", '.repeat(size)}] }`,
    ),
    environment: "{}",
    env: { MIXPEEK_VAR_A: "x" },
  }),
  "wrong items beside references": (size) => ({
    definitions: nightly(
      `action_config: { cluster_id: clust_1, output_collection_ids: [${'1, "${collection:a}", '.repeat(size)}] }`,
    ),
  }),
  "a map with a missing key that merges many maps": (size) => ({
    definitions: `${many(size, (at) => `x-${at}: &a${at} {}\n`)}${nightly(`schedule_config: { <<: [${many(size, (at) => `*a${at}`, ", ")}] }`)}`,
  }),
  "problems of a map that merges many maps": (size) => ({
    definitions: `${many(size, (at) => `x-${at}: &a${at} { b${at}: 1 }\n`)}${nightly(`<<: [${many(size, (at) => `*a${at}`, ", ")}]`)}`,
  }),
  "maps that merge others twice": (size) => {
    const levels = Math.round(size / 25);
    const anchors = many(levels, (at) => `x-a${at + 1}: &a${at + 1} { <<: [*a${at}, *a${at}] }\n`);
    return {
      definitions: `x-a0: &a0 {}\n${anchors}${nightly(`<<: *a${levels}`, "status: stopped", "foo: 1")}`,
    };
  },
};

/** A long value used in many places multiplies: these files grow up to a limit and are rejected above it. */
export const BOUNDED: Readonly<Record<string, (size: number) => Files>> = {
  "a long string that many triggers use": (size) => ({
    definitions: `triggers:\n${many(size, (at) => `${trigger(at)}    description: "x \${var.a}"\n`)}`,
    environment: `variables: { a: ${"x".repeat(size * 2)} }`,
  }),
  "a long list that many triggers use": (size) => ({
    definitions: `triggers:\n${many(size / 10, (at) => trigger(at).replace("cluster_id: clust_1", '$&, output_collection_ids: "${var.a}"'))}`,
    environment: `variables: { a: [${"x, ".repeat(size)}] }`,
  }),
};
