import { isOpen } from "../expressions/expressions";
import { type Issue, onKey, type Path } from "../issues/issue";
import { didYouMean, nearest } from "../issues/suggestions";
import { isObject } from "../json/is-object";
import { DECLARED_FIELDS } from "../schema/field-rules";
import { DEFINITION, DEFINITIONS_FILE, TRIGGER_OPTIONS, withoutFreeKeys } from "../schema/file-keys";
import { keyIssues } from "../schema/validate";
import type { Source } from "../yaml/yaml-source";

type Raw = Record<string, unknown>;

/** One entry under `triggers`, as written in the file. */
export interface Definition {
  /** Its key, which is the trigger's name. */
  name: string;
  body: Raw;
  /** `defaults` of its file. */
  defaults: Raw;
  source: Source;
}

/** Merges definitions files into one set. The issues are everything that is wrong with the files themselves. */
export function readDefinitions(sources: readonly Source[]): { definitions: Definition[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const byName = new Map<string, Definition>();
  for (const source of sources) {
    for (const definition of definitionsOf(source, issues)) {
      const first = byName.get(definition.name);
      if (!first) {
        byName.set(definition.name, definition);
        continue;
      }
      const there = first.source.place(["triggers", definition.name], "key");
      issues.push({
        code: "NAME_DUPLICATE",
        path: [],
        trigger: definition.name,
        message: `is declared twice, first at ${there.file}:${there.line}`,
        hint: "Give one of them another name: the key identifies the trigger.",
        at: source.place(["triggers", definition.name], "key"),
      });
    }
  }
  return { definitions: [...byName.values()], issues };
}

function definitionsOf(source: Source, issues: Issue[]): Definition[] {
  const { value } = source;
  const own = withoutFreeKeys(value);
  const found = keyIssues(DEFINITIONS_FILE, own, [], "a definitions file", isOpen);
  issues.push(
    ...found.map((issue) => ({ ...fixedFor(issue, source), at: source.place(issue.path, onKey(issue)) })),
  );
  if (!isObject(own) || !isObject(own["triggers"])) return [];
  const broken = found.some(({ path }) => path[0] === "defaults");
  const defaults = !broken && isObject(own["defaults"]) ? own["defaults"] : {};
  return Object.entries(own["triggers"]).flatMap(([name, body]) => {
    if (isObject(body)) return [{ name, body, defaults, source }];
    issues.push({
      code: "TYPE_WRONG",
      path: [],
      trigger: name,
      message: "a trigger must be a map",
      hint: "Declare action_type, action_config, trigger_type and schedule_config.",
      at: source.place(["triggers", name]),
    });
    return [];
  });
}

/** If the file looks like something else, such as a single trigger or an environment, the hint says so. */
function fixedFor(issue: Issue, { value }: Source): Issue {
  const [key] = issue.path;
  if (issue.code === "KEY_MISSING" && key === "triggers" && isObject(value) && "action_type" in value)
    return { ...issue, hint: "Put the trigger under triggers:, with its name as the key." };
  if (issue.code === "KEY_UNKNOWN" && ["variables", "overrides", "exclude"].includes(String(key)))
    return {
      ...issue,
      hint: "It belongs in an environment file; keep those out of the definitions' folder.",
    };
  return issue;
}

/** Keys that a definition may have: the user's fields of a trigger, and keys that exist only in files. */
export const DEFINITION_KEYS: readonly string[] = [...DECLARED_FIELDS, ...Object.keys(DEFINITION)];

/** Keys that an override may have. There is no `replaces`: a former name does not depend on the environment. */
export const OVERRIDE_KEYS: readonly string[] = [...DECLARED_FIELDS, ...Object.keys(TRIGGER_OPTIONS)];

/** Issues for the keys of a definition that no trigger has. */
export function unknownKeyIssues(body: Raw, known: readonly string[]): Issue[] {
  return Object.keys(body)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      const hint = didYouMean(near, `Known: ${known.join(", ")}.`);
      return { code: "KEY_UNKNOWN", path: [key], message: "is not a key of a trigger", hint };
    });
}

/** `replaces` must name a key that this set no longer has, and no two definitions may name the same one. */
export function replacesIssues(definitions: readonly Definition[]): Issue[] {
  const names = new Set(definitions.map(({ name }) => name));
  const heirs = new Map<string, Definition>();
  return definitions.flatMap((definition): Issue[] => {
    const old = definition.body["replaces"];
    if (old === undefined || old === null) return [];
    const path: Path = ["triggers", definition.name, "replaces"];
    const say = (message: string, hint: string): Issue[] => [
      {
        code: "REPLACES_INVALID",
        path: ["replaces"],
        trigger: definition.name,
        message,
        hint,
        at: definition.source.place(path),
      },
    ];
    if (typeof old !== "string" || old === "")
      return say("is not a valid name", "Write the former key of this definition.");
    if (names.has(old)) return say(`"${old}" is still declared`, "Remove that definition, or this line.");
    const heir = heirs.get(old);
    if (heir) return say(`"${old}" is also replaced by "${heir.name}"`, "Only one can keep its trigger.");
    heirs.set(old, definition);
    return [];
  });
}
