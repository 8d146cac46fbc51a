import type { Issue, Path } from "../issues/issue";
import { didYouMean, Suggestions } from "../issues/suggestions";
import type { Keys } from "../schema/config-keys";
import { VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger, Json, JsonObject } from "../schema/model";
import { article } from "../schema/zod-issues";
import { REF_KINDS, RESOURCE_KINDS, type RefKind } from "../service/resource-kinds";
import { type Expression, partsOf } from "./expressions";
import { replaceOpenTexts } from "./open-texts";

/** A reference to a resource in a trigger, such as `${cluster:product-clusters}`. */
export interface Reference {
  kind: RefKind;
  name: string;
  /** From the trigger down. */
  path: Path;
  /** As written. */
  text: string;
}

export function referencesOf(trigger: DesiredTrigger): Reference[] {
  const found: Reference[] = [];
  replaceOpenTexts(trigger, (text, path) => {
    for (const part of partsOf(text).parts)
      if (typeof part !== "string" && isReference(part)) found.push({ ...part, path });
    return text;
  });
  return found;
}

/** References whose kind does not match their key, each with its text; a free-text key accepts any kind. */
export function wrongKindReferences(
  trigger: DesiredTrigger,
  references: readonly Reference[],
): { issue: Issue; piece: string }[] {
  const found: { issue: Issue; piece: string }[] = [];
  for (const { kind, name, path, text } of references) {
    const [config, ...below] = path;
    const variant = VARIANTS.find((each) => each.config === config);
    const keys = variant && lookUp(variant.table, trigger[variant.type])?.keys;
    const taken = keys && refAt(keys, below);
    if (taken === undefined || taken === kind) continue;
    const message = `${text} is ${article(kind)}, but this key takes the id of ${article(taken)}`;
    const hint = `Write \${${taken}:${name}}, or the name of ${article(taken)}.`;
    found.push({ issue: { code: "REFERENCE_KIND", path, message, hint }, piece: text });
  }
  return found;
}

function refAt(keys: Keys, path: Path): RefKind | undefined {
  const [step, ...below] = path;
  const key = Object.hasOwn(keys, String(step)) ? keys[String(step)] : undefined;
  if (!key) return undefined;
  return key.keys ? refAt(key.keys, below) : key.ref;
}

/**
 * Replaces the references of a trigger with ids. `references` records where each id came from, so that a later run can
 * distinguish a recreated resource from an edit. References without an id stay, and are returned as `missing`.
 */
export function resolve(
  trigger: DesiredTrigger,
  idOf: (reference: Reference) => string | undefined,
): { trigger: DesiredTrigger; missing: Reference[] } {
  const missing: Reference[] = [];
  const origins: Record<string, string> = {};
  const resolved = replaceOpenTexts(trigger, (value, path) => {
    const { parts } = partsOf(value);
    const texts = parts.map((part) => {
      if (typeof part === "string" || !isReference(part)) return typeof part === "string" ? part : part.text;
      const reference: Reference = { ...part, path };
      const id = idOf(reference);
      if (id === undefined) missing.push(reference);
      return id ?? part.text;
    });
    // Text around a reference may be a secret from the environment, so it is not recorded.
    const [only, ...others] = parts;
    if (typeof only === "object" && others.length === 0 && isReference(only))
      origins[path.join(".")] = only.text;
    return texts.join("");
  }) as DesiredTrigger;
  return {
    trigger: Object.keys(origins).length > 0 ? { ...resolved, references: origins } : resolved,
    missing,
  };
}

/**
 * The issue for a reference to a resource that does not exist. `names` returns the known existing names;
 * `suggestions` are shared by the whole run.
 */
export function notFound(
  { kind, name, path }: Reference,
  namespace: string,
  names: () => readonly string[],
  suggestions = new Suggestions(),
): Issue {
  const near = suggestions.of(name, names);
  return {
    code: "REFERENCE_NOT_FOUND",
    path,
    message: `there is no ${kind} "${name}" in namespace "${namespace}"`,
    hint: didYouMean(near && `\${${kind}:${near}}`, `Create it there, or ${idHint(kind, name)}`),
  };
}

/** A name may start like an id, so only the API can tell which it is. */
const idHint = (kind: RefKind, name: string): string =>
  name.startsWith(RESOURCE_KINDS[kind].prefix)
    ? `write it without \${…} if it is an id: ${name}.`
    : `write its ${RESOURCE_KINDS[kind].prefix}… id.`;

/**
 * Whether `desired` differs from `applied` only in the ids behind references at or below `path`: then the definition
 * was not edited, but its names refer to other resources now. Returns those references, as written.
 */
export function movedReferences(
  path: readonly string[],
  desired: { value: Json | undefined; references: Readonly<Record<string, string>> | undefined },
  applied: { value: Json | undefined; references: Readonly<Record<string, string>> | undefined },
): string[] {
  const at = path.join(".");
  const own = Object.entries(desired.references ?? {}).filter(
    ([key]) => key === at || key.startsWith(`${at}.`),
  );
  if (own.length === 0 || own.some(([key, text]) => applied.references?.[key] !== text)) return [];
  const blank = (value: Json | undefined): string =>
    JSON.stringify(own.reduce((rest, [key]) => blanked(rest, key.slice(at.length + 1)), value)) ?? "";
  return blank(desired.value) === blank(applied.value)
    ? [...new Set(own.map(([, text]) => String(text)))]
    : [];
}

/** The value without the part at a dotted path. */
function blanked(value: Json | undefined, at: string): Json | undefined {
  if (at === "") return null;
  if (typeof value !== "object" || value === null) return value;
  // A key may itself contain dots: the longest that matches counts.
  const key = Object.keys(value)
    .filter((name) => at === name || at.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (key === undefined) return value;
  const inner = blanked((value as JsonObject)[key], at.slice(key.length + 1)) ?? null;
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? inner : item))
    : { ...value, [key]: inner };
}

const isReference = (expression: Expression): expression is Expression & { kind: RefKind } =>
  (REF_KINDS as readonly string[]).includes(expression.kind);
