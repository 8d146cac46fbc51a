import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { didYouMean } from "../issues/suggestions";
import { REF_KINDS } from "../service/resource-kinds";
import { numberProblem, type TextProblem } from "./inexact-numbers";

interface Open {
  isMap: boolean;
  isFlow: boolean;
  /** The key whose value comes next. */
  key: ScalarEvent | "collection" | undefined;
  /** The last entry with a plain scalar as its value; the entries without a colon after it belong to that value. */
  plain: { key: ScalarEvent; value: ScalarEvent } | undefined;
  broken: TextProblem | undefined;
}

/**
 * Finds what YAML reads differently than intended, in one pass over the parse events: commas that end an unquoted
 * value in a flow map, and numbers that would be sent with other digits.
 */
export function scanEvents(events: readonly Event[], text: string): TextProblem[] {
  const problems: TextProblem[] = [];
  const open: Open[] = [];
  const note = (event: ScalarEvent | "collection"): void => {
    const parent = open.at(-1);
    if (event !== "collection" && (!parent?.isMap || parent.key !== undefined))
      problems.push(...numberProblem(event, text));
    if (!parent?.isMap) return;
    if (parent.key === undefined) {
      parent.key = event;
      return;
    }
    const { key } = parent;
    parent.key = undefined;
    if (key !== "collection" && event !== "collection" && isWithoutColon(parent, key, event, text)) {
      if (parent.broken) extend(parent, key, text);
      else problems.push(...startedAt(parent, key, text));
      return;
    }
    parent.broken = undefined;
    const isPlain = key !== "collection" && event !== "collection" && event.style === SCALAR_STYLE.PLAIN;
    parent.plain = isPlain && event.valueStart >= 0 ? { key, value: event } : undefined;
  };
  for (const event of events) {
    if (event.type === EVENT_ID.SCALAR) note(event);
    else if (event.type === EVENT_ID.ALIAS) note("collection");
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      note("collection");
      open.push({
        isMap: event.type === EVENT_ID.MAPPING,
        isFlow: event.style === COLLECTION_STYLE.FLOW,
        key: undefined,
        plain: undefined,
        broken: undefined,
      });
    } else if (event.type === EVENT_ID.POP) open.pop();
  }
  return problems;
}

/** Whether a key of a flow map has no colon and thus an empty value, as in `{ a }`. */
function isWithoutColon({ isFlow }: Open, key: ScalarEvent, value: ScalarEvent, text: string): boolean {
  return isFlow && value.valueStart < 0 && !/^["']?\s*:/.test(text.slice(key.valueEnd, key.valueEnd + 100));
}

function startedAt(parent: Open, key: ScalarEvent, text: string): TextProblem[] {
  const { plain } = parent;
  const problem: TextProblem = {
    code: "YAML_SYNTAX",
    message: "",
    hint: "",
    start: plain ? plain.value.valueStart : key.valueStart,
    end: key.valueEnd,
  };
  parent.broken = problem;
  extend(parent, key, text);
  return [problem];
}

/** One message for the whole of `1,3,5`, although YAML splits it into several entries. */
function extend({ plain, broken }: Open, key: ScalarEvent, text: string): void {
  const problem = broken!;
  problem.end = key.valueEnd;
  const name = text.slice(key.valueStart, key.valueEnd);
  if (plain) {
    const value = text.slice(plain.value.valueStart, key.valueEnd);
    const read = text.slice(plain.value.valueStart, plain.value.valueEnd);
    problem.message = `a comma ends an unquoted value inside { }: ${getScalarValue(text, plain.key)} is read as ${JSON.stringify(read)}`;
    problem.hint = `Quote the whole value: ${getScalarValue(text, plain.key)}: ${JSON.stringify(value)}.`;
    return;
  }
  if (problem.message !== "") return;
  problem.message = `${JSON.stringify(name)} inside { } has no value`;
  problem.hint = `Write ${name}: and its value, or remove it.`;
  if (!EXPRESSION_NAME.test(name)) return;
  problem.hint = didYouMean(`"\${${name}}"`, problem.hint);
  // The braces belong to the expression that was intended.
  problem.start = text.lastIndexOf("{", key.valueStart);
  problem.end = text.indexOf("}", key.valueEnd) + 1;
}

const EXPRESSION_NAME = new RegExp(`^(?:var\\.|(?:env|${REF_KINDS.join("|")}):)\\S`);
