import { describe, test } from "@jest/globals";
import fc, { type Arbitrary } from "fast-check";
import { dump } from "js-yaml";
import { stringify } from "yaml";
import { definitionsFrom } from "../../../provider/core/definitions/desired-set";
import { type Acceptance, acceptInto, type Refusal } from "../../../provider/core/export/accept-into-yaml";
import { ACTIONS } from "../../../provider/core/schema/actions";
import type { DesiredTrigger, Json, JsonObject } from "../../../provider/core/schema/model";
import { SCHEDULES } from "../../../provider/core/schema/schedules";
import { readSource } from "../../../provider/core/yaml/yaml-source";
import { RUNS, triggerOf } from "../arbitraries";
import { expectEqual } from "../equal";
import { change, FULL, ZONE } from "./accept-cases";

type Bodies = Record<string, JsonObject>;

/**
 * Without expressions, keys that JavaScript reserves, and a key that some writers leave unquoted, which would be a
 * merge.
 */
const plain = (value: unknown): boolean => !/__proto__|\$\{|"<<":/.test(JSON.stringify(value) ?? "");

const anyTrigger: Arbitrary<DesiredTrigger> = fc
  .oneof(
    ...Object.keys(ACTIONS).flatMap((action) =>
      Object.keys(SCHEDULES).map((schedule) => triggerOf(action, schedule)),
    ),
  )
  .filter(plain);

const anyBodies: Arbitrary<Bodies> = fc
  .uniqueArray(fc.tuple(fc.constantFrom("nightly", "a b", "0", "true", "it's", "é: #"), anyTrigger), {
    minLength: 1,
    maxLength: 3,
    selector: ([name]) => name,
  })
  .map((list) =>
    Object.fromEntries(
      list.map(([key, { name: _, namespace: __, ...body }]) => [
        key,
        JSON.parse(JSON.stringify(body)) as JsonObject,
      ]),
    ),
  );

/** Different ways in which people and tools write the same file. */
const FORMS: readonly ((file: JsonObject) => string)[] = [
  (file) => stringify(file),
  (file) => stringify(file, { singleQuote: true, indent: 4, lineWidth: 40 }),
  (file) => stringify(file, { defaultStringType: "QUOTE_DOUBLE", indentSeq: false }),
  (file) => stringify(file, { collectionStyle: "flow", flowCollectionPadding: false }),
  (file) => dump(file),
  (file) => dump(file, { flowLevel: 2 }),
  (file) => dump(file, { flowLevel: 3, indent: 5 }),
  (file) => dump(file, { flowLevel: 4 }),
  (file) => JSON.stringify(file),
  (file) => JSON.stringify(file, undefined, 2),
  (file) => JSON.stringify(file, undefined, "\t"),
  (file) => JSON.stringify(file, undefined, 1).replaceAll("\n", " "),
];

/** Comments and blank lines wherever a line ends. */
const withComments = (text: string): string =>
  text.replaceAll(/^(.*[^|>\-+\s\d].*)$/gm, (line) =>
    /[^\\]$/.test(line) ? `${line} # c: *x\n# "no\n\n` : line,
  );

const HABITS: readonly ((text: string) => string)[] = [
  (text) => text,
  withComments,
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\uFEFF${text}`,
  (text) => text.replace(/\n$/, ""),
  (text) => `---\n${text}`,
];

const anyValue = fc
  .oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      "*/5 * * * *",
      "yes",
      "1",
      "null",
      "a: b",
      "x\ny\n",
      "x\n\n\n",
      "\u2028",
      "\u0085",
      "<<",
      "${x}",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.string(), fc.constant([{ "<<": "x\ty" }])), {
      maxKeys: 3,
    }),
  )
  .filter((value) => !JSON.stringify(value).includes("__proto__")) as Arbitrary<Json>;

/** The expected trigger: the same map with the change made directly. */
function changed(body: JsonObject, path: Acceptance["path"], value: Json | undefined): JsonObject {
  const copy = structuredClone(body);
  let at = copy;
  for (const step of path.slice(0, -1)) {
    if (value === undefined && at[step] === undefined) return copy;
    at[step] ??= {};
    at = at[step] as JsonObject;
  }
  const last = path.at(-1)!;
  // A key is never an expression, so it stays as it is.
  const escaped = JSON.parse(JSON.stringify(value ?? null), (_, inner: Json) =>
    typeof inner === "string" ? inner.replaceAll("${", () => "$${") : inner,
  ) as Json;
  if (value === undefined) delete at[last];
  else at[last] = escaped;
  return copy;
}

/** All paths to values of a trigger that are not in a list, and to missing keys. */
function pathsOf(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
  return [...(path.length > 0 ? [path] : []), ...below, [...path, "new_key"], [...path, "new: #", "deep"]];
}

const read = (text: string): Bodies => {
  const { source, issues } = readSource("a.yaml", text);
  expectEqual(issues, []);
  return Object.fromEntries(
    definitionsFrom([source!]).all.map(({ name, body }) => [name, body as JsonObject]),
  );
};

const anyCase = fc
  .tuple(anyBodies, fc.constantFrom(...FORMS), fc.constantFrom(...HABITS))
  .map(([bodies, form, habit]) => {
    const text = form({ defaults: { status: "active" }, triggers: bodies, "x-own": ["kept"] });
    const habitual = habit(text);
    const { source, issues } = readSource("", habitual);
    // A comment inside a multi-line text is part of it: such a file is used without comments.
    const isSame =
      issues.length === 0 &&
      JSON.stringify(source?.value) === JSON.stringify(readSource("", text).source?.value);
    return { bodies, text: isSame ? habitual : text };
  });

const anyChange = fc.record({
  trigger: fc.nat(),
  path: fc.nat(),
  value: fc.option(anyValue, { nil: undefined, freq: 5 }),
});
/** Selects a trigger and a path in a way that fast-check can shrink. */
function chosen(
  bodies: Bodies,
  { trigger, path, value }: { trigger: number; path: number; value: Json | undefined },
  among: (there: Json | undefined) => boolean = () => true,
): Acceptance {
  const names = Object.keys(bodies);
  const name = names[trigger % names.length]!;
  const paths = pathsOf(bodies[name]!).filter((each) => among(at(bodies[name]!, each)));
  fc.pre(paths.length > 0);
  return { trigger: name, path: paths[path % paths.length]!, value };
}

const at = (value: Json, path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? (inner as JsonObject)[step]
        : undefined,
    value,
  );

describe("whatever a file holds, and in whatever form", () => {
  test("the accepted value is the value that is read", () => {
    fc.assert(
      fc.property(anyCase, anyChange, ({ bodies, text }, which) => {
        const change = chosen(bodies, which);
        const { trigger, path, value } = change;
        const { text: after, refused } = acceptInto(text, [change]);
        expectEqual(refused, []);
        expectEqual(read(after), { ...bodies, [trigger]: changed(bodies[trigger]!, path, value) });
        expectEqual(acceptInto(after, [change]), { text: after, refused: [] });
      }),
      RUNS,
    );
  });

  test("many at once equal one after the other", () => {
    fc.assert(
      fc.property(anyCase, fc.array(anyChange, { maxLength: 6 }), ({ bodies, text }, which) => {
        const changes = which.map((each) => chosen(bodies, each));
        const single = changes.reduce(
          (file, change) => {
            const { text, refused } = acceptInto(file.text, [change]);
            return { text, refused: [...file.refused, ...refused] };
          },
          { text, refused: [] as Refusal[] },
        );
        const { text: after, refused } = acceptInto(text, changes);
        expectEqual(read(after), read(single.text));
        expectEqual(refused, single.refused);
      }),
      RUNS,
    );
  });

  test("accepting an existing value changes no byte", () => {
    fc.assert(
      fc.property(anyCase, ({ bodies, text }) => {
        const changes = Object.entries(bodies).flatMap(([trigger, body]) =>
          pathsOf(body).map((path) => ({ trigger, path, value: at(body, path) })),
        );
        expectEqual(acceptInto(text, changes), { text, refused: [] });
      }),
      RUNS,
    );
  });

  test("adding a key and removing it again leaves every byte as it was", () => {
    const isFilledMap = (value: Json | undefined): boolean =>
      typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    fc.assert(
      fc.property(anyCase, anyChange, ({ bodies, text }, which) => {
        const { trigger, path, value = 1 } = chosen(bodies, which, isFilledMap);
        const change = { trigger, path: [...path, "new"], value };
        const { text: longer, refused } = acceptInto(text, [change]);
        expectEqual(refused, []);
        expectEqual(longer !== text, true);
        expectEqual(acceptInto(longer, [{ ...change, value: undefined }]), { text, refused: [] });
      }),
      RUNS,
    );
  });

  test("changing a number and changing it back leaves every byte as it was", () => {
    fc.assert(
      fc.property(anyCase, anyChange, fc.nat(), ({ bodies, text }, which, number) => {
        // A fraction can be written in several ways.
        const { trigger, path } = chosen(bodies, which, Number.isSafeInteger);
        const value = at(bodies[trigger]!, path)!;
        const { text: other, refused } = acceptInto(text, [{ trigger, path, value: number }]);
        expectEqual(refused, []);
        expectEqual(acceptInto(other, [{ trigger, path, value }]).text, text);
      }),
      RUNS,
    );
  });

  test("in a damaged file, only what reads as requested is written", () => {
    const bits = fc.constantFrom(
      ..."\n|\t| |*nightly|&a|<<: *a|}|{|[|]|: |- |\"|'|>|${|#|!|!!str |? |,|\r\n|...|---".split("|"),
    );
    const damage = fc.array(fc.tuple(fc.nat(FULL.length), fc.nat(6), bits), { minLength: 1, maxLength: 5 });
    const where = fc.constantFrom(
      "",
      ZONE,
      "schedule_config",
      "weekly/status",
      "weekly/action_config.a",
      "nightly/new",
    );
    fc.assert(
      fc.property(damage, where, fc.option(anyValue, { nil: undefined }), (harm, path, value) => {
        const text = harm.reduce((now, [at, cut, bit]) => now.slice(0, at) + bit + now.slice(at + cut), FULL);
        const one = change(path, value);
        const { text: after, refused } = acceptInto(text, [one]);
        if (refused.length > 0) return expectEqual(after, text);
        const { triggers, ...rest } = readSource("", text).source!.value as Record<string, Bodies>;
        const now = readSource("", after).source!.value as Record<string, Bodies>;
        const others = (bodies: Bodies = {}) => ({ ...bodies, [one.trigger]: undefined });
        expectEqual(
          { ...now, triggers: others(now["triggers"]) },
          {
            ...rest,
            triggers: others(triggers),
          },
        );
      }),
      RUNS,
    );
  });
});
