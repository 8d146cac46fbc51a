import { isAlias, isMap, isScalar, isSeq } from "yaml";
import { asLiteral, type Expression, partsOf } from "../expressions/expressions";
import type { Path } from "../issues/issue";
import { isObject } from "../json/is-object";
import { valueAt } from "../json/value-at";
import { text as canonicalText } from "../schema/equality";
import type { Json, JsonObject } from "../schema/model";
import { type Splice, spliced, YamlText } from "../yaml/yaml-edit";
import type { Slot } from "../yaml/yaml-slots";
import { readSource } from "../yaml/yaml-source";

/** One live value to write into a definitions file. */
export interface Acceptance {
  /** The key under `triggers`. */
  trigger: string;
  /** Path from the trigger down, in the API's names: ["schedule_config", "cron_expression"]. */
  path: Path;
  /** The live value; undefined removes the key. */
  value: Json | undefined;
}

/** Why a value was not written. */
export interface Refusal {
  trigger: string;
  path: Path;
  reason: string;
}

/**
 * Writes live values into the text of a definitions file, YAML or JSON. Everything else stays byte for byte as it was;
 * if the file has all values already, the text is unchanged. A rejected change has no effect. `${` in a value is
 * written as `$${`, so that it stays literal. The new text is parsed again with the reader in yaml-source.ts, and kept only
 * if it parses to the expected values. Never throws.
 */
export function acceptInto(
  text: string,
  changes: readonly Acceptance[],
): { text: string; refused: Refusal[] } {
  const reason = unreadable(text);
  if (reason !== undefined)
    return { text, refused: changes.map(({ trigger, path }) => ({ trigger, path, reason })) };
  const literal = changes.map((change) => ({ ...change, value: standingForItself(change.value) }));
  return acceptAll(text, literal);
}

function unreadable(text: string): string | undefined {
  const { issues } = readSource("", text);
  return issues[0] && `is in a file that has an error (${issues[0].message}): fix that first`;
}

/** The value as JSON, with every `${` escaped so that the file does not read it as an expression. */
function standingForItself(value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value), (_, inner: Json) =>
    typeof inner === "string" ? asLiteral(inner) : inner,
  );
}

/** Tries all changes at once, which is fast. If the result is wrong, tries each half, down to the change that fails. */
function acceptAll(text: string, changes: readonly Acceptance[]): { text: string; refused: Refusal[] } {
  const done = attempt(text, changes);
  if (done) return done;
  if (changes.length === 1) {
    const [{ trigger, path }] = changes as [Acceptance];
    return { text, refused: [{ trigger, path, reason: sharedReason(text, trigger, path) }] };
  }
  const half = changes.length >> 1;
  const first = acceptAll(text, changes.slice(0, half));
  const second = acceptAll(first.text, changes.slice(half));
  return { text: second.text, refused: [...first.refused, ...second.refused] };
}

/** A change or, if a map replaces a map, a part of the change. */
interface Step {
  change: Acceptance;
  path: Path;
  value: Json | undefined;
}

const NOT_HERE = "belongs to a trigger that is not in this file";

type Plan = { splices: Splice[] } | { steps: Step[] } | { refused: string };

/**
 * Works in rounds: each round makes the next step of every trigger, since the texts of different triggers do not
 * overlap. Returns undefined if the result does not parse to the expected values.
 */
function attempt(
  text: string,
  changes: readonly Acceptance[],
): { text: string; refused: Refusal[] } | undefined {
  const queues = new Map<string, Step[]>();
  for (const change of changes) {
    const step = { change, path: ["triggers", change.trigger, ...change.path], value: change.value };
    const queue = queues.get(change.trigger);
    if (queue) queue.push(step);
    else queues.set(change.trigger, [step]);
  }
  const reasons = new Map<Acceptance, string>();
  let now = text;
  let value = readValue(now);
  while (value !== undefined) {
    const file = new YamlText(now);
    const splices = [...queues.values()].flatMap((queue) => nextSplices(queue, file, value!, reasons));
    if (splices.length === 0) break;
    now = spliced(now, splices);
    value = readValue(now);
  }
  const expected = JSON.parse(JSON.stringify(readValue(text))) as JsonObject;
  for (const change of changes)
    if (!reasons.has(change)) setAt(expected, ["triggers", change.trigger, ...change.path], change.value);
  if (value === undefined || canonicalText(value) !== canonicalText(expected)) return undefined;
  const refused = changes.flatMap((change) => {
    const reason = reasons.get(change);
    return reason === undefined ? [] : [{ trigger: change.trigger, path: change.path, reason }];
  });
  return { text: now, refused };
}

/** The value of a text, null if it is empty; undefined if it has any issue. */
function readValue(text: string): Json | undefined {
  const { source, issues } = readSource("", text);
  return source && issues.length === 0 ? ((source.value ?? null) as Json) : undefined;
}

/** Takes the queue's next step that changes something. */
function nextSplices(queue: Step[], file: YamlText, value: Json, reasons: Map<Acceptance, string>): Splice[] {
  for (let step = queue[0]; step; step = queue[0]) {
    const plan = planOf(step, file, value);
    if ("splices" in plan) {
      queue.shift();
      if (plan.splices.length > 0) return plan.splices;
    } else if ("steps" in plan) queue.splice(0, 1, ...plan.steps);
    else {
      // All parts of a map are checked before the first is written, so if one part is rejected, none is written.
      reasons.set(step.change, plan.refused);
      queue.splice(0, queue.length, ...queue.filter(({ change }) => change !== step!.change));
    }
  }
  return [];
}

function planOf(step: Step, file: YamlText, whole: Json): Plan {
  const { path, value } = step;
  const current = valueAt(whole, path);
  if (isSame(current, value)) return { splices: [] };
  // The live expression is already moved by the spread; if it were written here, it would be moved again.
  if (isSpread(step, whole))
    return { refused: "is spread over a window: remove spread from the definition first" };
  const { trail, rest } = file.find(path);
  const last = trail.at(-1)?.node;
  if (isAlias(last)) {
    const reason = `is behind the alias *${last.source}: changing it would change every place that uses it`;
    return { refused: `${reason}; write it out here first` };
  }
  if (rest.length > 0) {
    if (valueAt(whole, path.slice(0, trail.length + 1)) !== undefined)
      return {
        refused:
          "comes from a merge key (<<): changing it would change other triggers; write it out here first",
      };
    return trail.length < 2 ? { refused: NOT_HERE } : planMissing(step, file);
  }
  if (value === undefined) return planRemoval(current, trail, file);
  const parts = partsFor(step, current, last);
  if (parts) return planParts(step, parts, file, whole);
  return decidedBy(current) ?? { splices: file.set(trail, value) };
}

function isSpread({ path, change }: Step, whole: Json): boolean {
  const [field, key = "cron_expression"] = change.path;
  if (field !== "schedule_config" || key !== "cron_expression") return false;
  return (valueAt(whole, [...path.slice(0, 2), "spread"]) ?? null) !== null;
}

/** Adds a key that is not there, with the maps on the way to it. */
function planMissing({ path, value }: Step, file: YamlText): Plan {
  const { trail, rest } = file.find(path);
  const { node } = trail.at(-1)!;
  const [key, ...below] = rest as [string | number, ...Path];
  const nested = (keys: Path): Json => keys.reduceRight<Json>((inner, name) => ({ [name]: inner }), value!);
  if (isSeq(node)) return { refused: `goes through a list that has no item ${key}` };
  if ((isMap(node) ? below : rest).some((name) => typeof name === "number"))
    return { refused: "goes through a list that does not exist" };
  if (isMap(node)) return { splices: file.insert(trail, String(key), nested(below)) };
  if (node !== undefined && isScalar(node) && node.value !== null)
    return decidedBy(node.value as Json) ?? { refused: "goes through a value that is not a map" };
  return { splices: file.set(trail, nested(rest)) };
}

function planRemoval(current: Json | undefined, trail: readonly Slot[], file: YamlText): Plan {
  const decided = decidedBy(current);
  if (decided) return decided;
  if (isSeq(trail.at(-1)!.parent))
    return { refused: "is an item of a list, and the items after it would move up" };
  const splices = file.remove(trail);
  return splices ? { splices } : { refused: "is not written as key: value: remove it manually" };
}

/** A map that becomes another map, or a list of the same length, is changed part by part, new keys first. */
function partsFor({ value, ...step }: Step, current: Json | undefined, node: unknown): Step[] | undefined {
  const part = (key: string | number, inner: Json | undefined): Step => ({
    ...step,
    path: [...step.path, key],
    value: inner,
  });
  if (isSeq(node) && Array.isArray(value) && Array.isArray(current) && value.length === current.length)
    return value.map((inner, at) => part(at, inner));
  if (!isMap(node) || !isObject(value) || !isObject(current)) return undefined;
  const gone = Object.keys(current).filter((key) => !Object.hasOwn(value, key));
  return [
    ...Object.entries(value as JsonObject).map(([key, inner]) => part(key, inner)),
    ...gone.map((key) => part(key, undefined)),
  ];
}

function planParts(step: Step, parts: readonly Step[], file: YamlText, whole: Json): Plan {
  const differing = parts.filter(({ path, value }) => !isSame(valueAt(whole, path), value));
  for (const part of differing) {
    const plan = planOf(part, file, whole);
    if ("refused" in plan)
      return { refused: `holds ${part.path.slice(step.path.length).join(".")}, which ${plan.refused}` };
  }
  return { steps: differing };
}

/** Why a value that contains a `${…}` is not overwritten. */
function decidedBy(current: Json | undefined): { refused: string } | undefined {
  const expression = expressionIn(current);
  if (!expression) return undefined;
  const { text, kind, name } = expression;
  const named = { var: `change the variable ${name}`, env: `change the environment variable ${name}` };
  const way = kind === "var" || kind === "env" ? named[kind] : `name another ${kind}`;
  return { refused: `comes from ${text}: ${way}, or write the value out here first` };
}

function expressionIn(value: Json | undefined): Expression | undefined {
  if (typeof value === "string") return partsOf(value).parts.find((part) => typeof part !== "string");
  if (typeof value !== "object" || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = expressionIn(inner);
    if (found) return found;
  }
  return undefined;
}

/** Why a single change did not give the expected result: nearly always because an anchor shares the value. */
function sharedReason(text: string, trigger: string, path: Path): string {
  const file = new YamlText(text);
  const { trail } = file.find(["triggers", trigger, ...path]);
  const anchor = trail.map((slot) => file.sharedAnchor(slot)).findLast((name) => name !== undefined);
  return anchor === undefined
    ? "cannot be written here without changing other values: change it manually"
    : `is at the anchor &${anchor}: changing it would change every place that uses *${anchor}; in those places, write the value out first, or move the anchor to one of them`;
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalText(a) === canonicalText(b);

/** Creates the missing maps on the path. */
function setAt(top: JsonObject, path: Path, value: Json | undefined): void {
  let at = top;
  for (const step of path.slice(0, -1)) {
    if (typeof at[step] !== "object" || at[step] === null) {
      if (value === undefined) return;
      at[step] = {};
    }
    at = at[step] as JsonObject;
  }
  const last = path.at(-1)!;
  if (value === undefined) delete at[last];
  else at[last] = value;
}
