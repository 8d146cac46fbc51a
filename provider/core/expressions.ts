import type { RefKind } from "./fields";
import { type Issue, nearest, type Path } from "./issue";
import { isObject } from "./validate";

export const REF_KINDS: readonly RefKind[] = ["cluster", "collection", "taxonomy", "bucket", "retriever"];

/** One `${…}`. */
export interface Expression {
  /** As it was written, `${` and `}` included. */
  text: string;
  kind: "var" | "env" | RefKind;
  name: string;
}

/** A string in parts: text as it is, and expressions. `$${` is a `${` that stands for itself. */
export type Part = string | Expression;

const ESCAPED = "$${";

/** A text that variables make longer is no definition: each may double the one before. */
const LONGEST = 100_000;

/** Of one that is not closed: what comes after it may be nobody's business. */
const SHOWN = 20;

type Problem = Pick<Issue, "message" | "hint">;

/** The parts of a string; a malformed expression is a problem and stays text. */
export function partsOf(text: string): { parts: Part[]; problems: { piece: string; problem: Problem }[] } {
  const parts: Part[] = [];
  const problems: { piece: string; problem: Problem }[] = [];
  let rest = text;
  let plain = "";
  const flush = (): void => {
    if (plain) parts.push(plain);
    plain = "";
  };
  for (let at = rest.indexOf("${"); at >= 0; at = rest.indexOf("${")) {
    if (rest.slice(at - 1).startsWith(ESCAPED)) {
      plain += `${rest.slice(0, at - 1)}\${`;
      rest = rest.slice(at + 2);
      continue;
    }
    plain += rest.slice(0, at);
    const end = rest.indexOf("}", at);
    const piece = end < 0 ? rest.slice(at) : rest.slice(at, end + 1);
    const expression = end < 0 ? undefined : expressionOf(piece);
    if (expression) {
      flush();
      parts.push(expression);
    } else {
      plain += piece;
      problems.push({ piece, problem: malformed(piece, end < 0) });
    }
    rest = end < 0 ? "" : rest.slice(end + 1);
  }
  plain += rest;
  flush();
  return { parts, problems };
}

/** `cluster:products` in `${cluster:products}`; a name may hold anything but braces. */
function expressionOf(piece: string): Expression | undefined {
  const [, kind, name] = /^\$\{\s*([a-z]+)[.:]\s*([^{}]*?)\s*\}$/.exec(piece) ?? [];
  if (!kind || !name) return undefined;
  const known = kind === "var" ? piece.includes("var.") : piece.includes(`${kind}:`);
  if (!known || !(kind === "var" || kind === "env" || (REF_KINDS as string[]).includes(kind)))
    return undefined;
  return { text: piece, kind: kind as Expression["kind"], name };
}

function malformed(piece: string, open: boolean): Problem {
  const forms = "${var.name}, ${env:NAME} or ${cluster:name} (collection, taxonomy, bucket, retriever)";
  if (open)
    return {
      message: `"${piece.slice(0, SHOWN)}${piece.length > SHOWN ? "…" : ""}" is not closed`,
      hint: "Add }, or write $${ for the text itself.",
    };
  const [, kind = "", separator = "", name = ""] = /^\$\{\s*(\w*)\s*([.:]?)\s*(.*?)\s*\}$/.exec(piece) ?? [];
  const near = nearest(kind, ["var", "env", ...REF_KINDS]);
  const meant = near && name ? `\${${near}${near === "var" ? "." : ":"}${name}}` : "";
  return {
    message: `"${piece}" is no expression`,
    // A brace in the name is no slip of the kind.
    hint:
      separator && expressionOf(meant)
        ? `Did you mean ${meant}?`
        : `Write ${forms}, or $\${ for the text itself.`,
  };
}

/** Where values for `${var.…}` and `${env:…}` come from. */
export interface Scope {
  /** undefined: not known here, so that the expression stays as it is. */
  variable(name: string): { value: unknown } | { issue: Omit<Issue, "path"> } | undefined;
  env(name: string): { value: string } | { issue: Omit<Issue, "path"> } | undefined;
}

/**
 * The value with variables filled in. A string that is one expression becomes its value, of whatever type; elsewhere it
 * is put in as text. References stay as they are, to be resolved where the namespace is known.
 * `found` gets each problem with its path and the piece of text it is in.
 */
export function fill(
  value: unknown,
  scope: Scope,
  found: (issue: Issue, piece: string) => void,
  path: Path = [],
): unknown {
  if (typeof value === "string") return value.includes("${") ? fillText(value, scope, found, path) : value;
  if (Array.isArray(value)) {
    const items = value.map((inner, index) => fill(inner, scope, found, [...path, index]));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const filled = fill(inner, scope, found, [...path, key]);
    if (filled === inner) continue;
    copy ??= { ...value };
    copy[key] = filled;
  }
  return copy ?? value;
}

function fillText(
  text: string,
  scope: Scope,
  found: (issue: Issue, piece: string) => void,
  path: Path,
): unknown {
  const { parts, problems } = partsOf(text);
  for (const { piece, problem } of problems) found({ code: "EXPRESSION_INVALID", path, ...problem }, piece);
  let whole: unknown = "";
  for (const part of parts) {
    const value = typeof part === "string" ? asLiteral(part) : fillOne(part, scope, found, path);
    if (parts.length === 1 && typeof part !== "string") return value;
    whole = `${whole}${asText(value, part, found, path)}`;
    if (String(whole).length <= LONGEST) continue;
    const message = `its variables make it longer than ${LONGEST} characters`;
    found({ code: "YAML_EXPANSION", path, message, hint: "Write out what they stand for." }, text);
    return text;
  }
  return whole;
}

function fillOne(
  part: Expression,
  scope: Scope,
  found: (issue: Issue, piece: string) => void,
  path: Path,
): unknown {
  if (part.kind !== "var" && part.kind !== "env") return part.text;
  const answer = part.kind === "var" ? scope.variable(part.name) : scope.env(part.name);
  if (answer === undefined) return part.text;
  if ("issue" in answer) {
    found({ ...answer.issue, path }, part.text);
    return part.text;
  }
  return part.kind === "env" ? asLiteral(String(answer.value)) : answer.value;
}

/** Text that holds `${` for itself keeps doing so until references are resolved. */
export const asLiteral = (text: string): string => text.replaceAll("${", () => ESCAPED);

function asText(
  value: unknown,
  part: Part,
  found: (issue: Issue, piece: string) => void,
  path: Path,
): string {
  if (typeof value !== "object" || value === null) return String(value);
  const piece = (part as Expression).text;
  const message = `${piece} is a ${Array.isArray(value) ? "list" : "map"} inside a text`;
  found(
    { code: "TYPE_WRONG", path, message, hint: "Let it stand alone, or make the variable a text." },
    piece,
  );
  return piece;
}

/** Whether a string still waits for something that is not known here. */
export function isOpen(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.includes("${") &&
    partsOf(value).parts.some((part) => typeof part !== "string")
  );
}
