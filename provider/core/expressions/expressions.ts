import type { Issue, Path } from "../issues/issue";
import { didYouMean, nearest } from "../issues/suggestions";
import { REF_KINDS, type RefKind } from "../service/resource-kinds";
import { replaceOpenTexts } from "./open-texts";

/** One `${…}`. */
export interface Expression {
  /** As written, with `${` and `}`. */
  text: string;
  kind: "var" | "env" | RefKind;
  name: string;
}

/** A part of a string: literal text or an expression. `$${` is a literal `${`. */
export type Part = string | Expression;

const ESCAPED = "$${";

/** The longest text that variables may expand to: each variable may double the one before. */
const LONGEST = 100_000;

/** How much of an unclosed expression is shown: the text after it may be private. */
const SHOWN = 20;

type Problem = Pick<Issue, "message" | "hint">;

/** The parts of a string. A malformed expression is a problem and stays literal text. */
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

/** Parses `${cluster:products}`. A name may contain anything but braces. */
function expressionOf(piece: string): Expression | undefined {
  const { kind, separator, rest } = pieceOf(piece);
  if (separator !== (kind === "var" ? "." : ":") || rest === "" || /[{}]/.test(rest)) return undefined;
  if (!KINDS.includes(kind)) return undefined;
  // `env:` accepts no defaults. A variable of the environment file may have such a name.
  if (kind === "env" && DEFAULT.test(rest)) return undefined;
  return { text: piece, kind: kind as Expression["kind"], name: rest };
}

const KINDS: readonly string[] = ["var", "env", ...REF_KINDS];

/** Splits `${ kind : rest }` in one pass: one regular expression for all of it would backtrack over every space. */
function pieceOf(piece: string): { kind: string; separator: string; rest: string } {
  const inner = piece.slice(2, -1).trim();
  const [kind] = /^\w{0,40}/.exec(inner)!;
  const after = inner.slice(kind.length).trimStart();
  const separator = /^[.:]/.test(after) ? after[0]! : "";
  // A space before the separator is invalid.
  const isApart = separator !== "" && inner[kind.length] !== separator;
  return { kind, separator: isApart ? "" : separator, rest: after.slice(separator.length).trim() };
}

/** Matches a default, such as in `${env:NAME:-3600}` of shells and Compose, and captures the name without it. */
const DEFAULT = /^(\w{1,100})\s*(?::[-=?+]|\?\?|\|\|?|,)/;

/** The problem of an expression with a default; undefined if it has none. `name`: the part after the kind. */
export function defaultProblem(piece: string, name: string): Problem | undefined {
  const [, variable] = DEFAULT.exec(name) ?? [];
  if (variable === undefined) return undefined;
  const isEnv = !/^\$\{\s*var/.test(piece);
  const hint = isEnv
    ? `Write \${env:${variable}} and set it where this runs, or write \${var.name} and give name a value under variables in each environment.`
    : `Write \${var.${variable}} and give ${variable} a value under variables in each environment.`;
  return { message: `"${piece}" contains more than a name, and expressions have no defaults`, hint };
}

function malformed(piece: string, open: boolean): Problem {
  const [first, ...others] = REF_KINDS;
  const forms = `\${var.name}, \${env:NAME} or \${${first}:name} (${others.join(", ")})`;
  if (open)
    return {
      message: `"${piece.slice(0, SHOWN)}${piece.length > SHOWN ? "…" : ""}" is not closed`,
      hint: "Add }, or write $${ for the literal text.",
    };
  const { kind, separator, rest } = pieceOf(piece);
  const preset = defaultProblem(piece, kind === "env" || kind === "var" ? rest : piece.slice(2, -1).trim());
  if (preset) return preset;
  const near = nearest(kind, KINDS);
  const meant = near && rest ? `\${${near}${near === "var" ? "." : ":"}${rest}}` : "";
  return {
    message: `"${piece}" is not an expression`,
    // With a brace in the name, correcting the kind would not be enough.
    hint: didYouMean(
      separator && expressionOf(meant) ? meant : undefined,
      `Write ${forms}, or $\${ for the literal text.`,
    ),
  };
}

/** Where a value contains an environment variable that no output may show. */
export interface Secret {
  path: Path;
  /** The environment variable. */
  variable: string;
}

/** Where the values of `${var.…}` and `${env:…}` come from. */
export interface Scope {
  /** Returns undefined if the value is not known here; the expression then stays. `secrets`: by path in the value. */
  variable(
    name: string,
  ): { value: unknown; secrets?: readonly Secret[] } | { issue: Omit<Issue, "path"> } | undefined;
  /** Without `value`: assumed to be set, but not known here. */
  env(name: string): { value?: string; secret: boolean } | { issue: Omit<Issue, "path"> } | undefined;
}

/** Called for what is found while values are filled in. */
export interface Findings {
  /** `piece`: the part of the text that the issue is about. */
  issue(issue: Issue, piece: string): void;
  /** A text is secret as a whole if any part of it is. */
  secret?(secret: Secret): void;
  /** The text was a single expression, and the value at its path came from a variable. */
  substituted?(path: Path): void;
}

/**
 * The value with variables filled in. A string that is a single expression becomes the value, of any type; in a
 * longer string the value is inserted as text. References stay until they are resolved in a namespace.
 */
export const fill = (value: unknown, scope: Scope, findings: Findings, path: Path = []): unknown =>
  replaceOpenTexts(value, (text, at) => fillText(text, scope, findings, at), path);

function fillText(text: string, scope: Scope, findings: Findings, path: Path): unknown {
  const { parts, problems } = partsOf(text);
  const bounded = firstOf(findings);
  for (const { piece, problem } of problems)
    bounded.issue({ code: "EXPRESSION_INVALID", path, ...problem }, piece);
  let whole: unknown = "";
  let secret: string | undefined;
  for (const part of parts) {
    const { value, secrets } =
      typeof part === "string"
        ? { value: asLiteral(part), secrets: [] }
        : fillOne(part, scope, bounded, path);
    if (parts.length === 1 && typeof part !== "string") {
      findings.substituted?.(path);
      for (const each of secrets) findings.secret?.({ ...each, path: [...path, ...each.path] });
      return value;
    }
    secret ??= secrets[0]?.variable;
    whole = `${whole}${asText(value, part, bounded, path)}`;
    if (String(whole).length <= LONGEST) continue;
    const message = `its variables make it longer than ${LONGEST} characters`;
    findings.issue({ code: "YAML_EXPANSION", path, message, hint: "Write out what they stand for." }, text);
    return text;
  }
  if (secret !== undefined) findings.secret?.({ path, variable: secret });
  return whole;
}

/** Finding the place of each problem takes time; for a text with thousands, the first few are enough. */
const MOST_PROBLEMS = 50;

function firstOf({ issue }: Findings): Pick<Findings, "issue"> {
  let left = MOST_PROBLEMS;
  return {
    issue(found, piece) {
      left -= 1;
      if (left >= 0) issue(found, piece);
    },
  };
}

function fillOne(
  part: Expression,
  scope: Scope,
  findings: Pick<Findings, "issue">,
  path: Path,
): { value: unknown; secrets: readonly Secret[] } {
  const asWritten = { value: part.text, secrets: [] };
  if (part.kind !== "var" && part.kind !== "env") return asWritten;
  const answer = part.kind === "var" ? scope.variable(part.name) : scope.env(part.name);
  if (answer === undefined) return asWritten;
  if ("issue" in answer) {
    findings.issue({ ...answer.issue, path }, part.text);
    return asWritten;
  }
  if (!("secret" in answer)) return { value: answer.value, secrets: answer.secrets ?? [] };
  const value = answer.value === undefined ? part.text : asLiteral(answer.value);
  return { value, secrets: answer.secret ? [{ path: [], variable: part.name }] : [] };
}

/** Escapes every `${`; the escapes stay until references are resolved. */
export const asLiteral = (text: string): string => text.replaceAll("${", () => ESCAPED);

function asText(value: unknown, part: Part, findings: Pick<Findings, "issue">, path: Path): string {
  if (typeof value !== "object" || value === null) return String(value);
  const piece = (part as Expression).text;
  const message = `${piece} is a ${Array.isArray(value) ? "list" : "map"} inside a text`;
  findings.issue(
    { code: "TYPE_WRONG", path, message, hint: "Make it the whole value, or make the variable a string." },
    piece,
  );
  return piece;
}

/** Whether a string contains an expression that is not resolved here. */
export function isOpen(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.includes("${") &&
    partsOf(value).parts.some((part) => typeof part !== "string")
  );
}
