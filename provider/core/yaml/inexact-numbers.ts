import { SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { IssueCode } from "../issues/issue";

/** A problem in a piece of YAML text; offsets are in UTF-16 units. */
export interface TextProblem {
  code: IssueCode;
  message: string;
  hint: string;
  start: number;
  end: number;
}

const DECIMAL = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const OTHER_BASE = /^0[xo][\da-fA-F]+$/;

/** Problems of a plain scalar that looks like a number but would be a different number in JSON. */
export function numberProblem(scalar: ScalarEvent, text: string): TextProblem[] {
  const { style, valueStart: start, valueEnd: end, tagStart } = scalar;
  if (style !== SCALAR_STYLE.PLAIN || tagStart >= 0 || start < 0 || !/[-+.\d]/.test(text[start]!)) return [];
  // Most numbers are short and exact.
  if (end - start < 16 && !/[eExo]|^[-+]?0\d/.test(text.slice(start, end))) return [];
  const written = text.slice(start, end);
  const reason = inexact(written);
  if (reason === undefined) return [];
  const hint = `If it is text, quote it: ${JSON.stringify(written)}.`;
  return [{ code: "TYPE_WRONG", message: `${written} ${reason}`, hint, start, end }];
}

function inexact(written: string): string | undefined {
  if (OTHER_BASE.test(written)) {
    const isExact = Number.isSafeInteger(Number(written));
    return isExact ? undefined : `has more digits than JSON parsers keep`;
  }
  if (!DECIMAL.test(written)) return undefined;
  if (/^[-+]?0\d+$/.test(written)) return "would lose its leading zeros";
  const sent = JSON.stringify(Number(written));
  if (sent === "null") return "is larger than any number that JSON parsers keep";
  return digits(sent) === digits(written) ? undefined : `would be sent as ${sent}`;
}

/** A decimal number as its significant digits and exponent, however it is written. */
function digits(number: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(number)!;
  const all = `${whole}${fraction}`;
  const significant = all.replace(/^0+/, "").replace(/0+$/, "");
  if (significant === "") return "0";
  const leading = all.length - all.replace(/^0+/, "").length;
  return `${sign === "-" ? "-" : ""}${significant}e${whole.length - leading + Number(exponent)}`;
}
