/**
 * Globs for names. `*` matches any characters, `?` one, `[a-z]` one of a class (`[!a-z]` one outside it), `{a,b}` one
 * of several, `\` makes the next character literal, and a leading `!` negates. There is no backtracking: a match
 * takes at most pattern × name steps, so a pattern in a pull request cannot block a run.
 */
export interface Glob {
  /** The only name that it matches; absent if it may match others. */
  literal?: string;
  matches(name: string): boolean;
}

/** Tests one character of a name, a code point. */
type Test = (character: string) => boolean;

type Step = { test: Test } | { goto: readonly number[] } | { accept: true };

export function globOf(pattern: string): Glob {
  const negated = pattern.length > 1 && pattern.startsWith("!");
  const { steps, literal } = new Compiler(negated ? pattern.slice(1) : pattern).compile();
  if (literal !== undefined && !negated) return { literal, matches: (name) => name === literal };
  return { matches: (name) => accepts(steps, name) !== negated };
}

/** Compiles a pattern to the steps of a nondeterministic automaton. */
class Compiler {
  readonly #characters: readonly string[];
  readonly #steps: Step[] = [];
  #at = 0;
  #isLiteral = true;
  #literal = "";

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  compile(): { steps: readonly Step[]; literal: string | undefined } {
    const closing = closingBraces(this.#characters);
    this.#sequence(closing, this.#characters.length);
    this.#steps.push({ accept: true });
    return { steps: this.#steps, literal: this.#isLiteral ? this.#literal : undefined };
  }

  #sequence(closing: ReadonlyMap<number, Braces>, end: number): void {
    while (this.#at < end) {
      const character = this.#characters[this.#at]!;
      const braces = closing.get(this.#at);
      if (character === "*") this.#star();
      else if (character === "?") this.#one(() => true);
      else if (braces) this.#alternatives(closing, braces);
      else if (!(character === "[" && this.#class(end))) this.#character(end);
    }
  }

  #one(test: Test): void {
    this.#isLiteral = false;
    this.#steps.push({ test });
    this.#at += 1;
  }

  #star(): void {
    this.#isLiteral = false;
    const start = this.#steps.length;
    this.#steps.push({ goto: [start + 1, start + 3] }, { test: () => true }, { goto: [start] });
    while (this.#characters[this.#at] === "*") this.#at += 1;
  }

  /** A backslash at the end is literal. */
  #character(end: number): void {
    if (this.#characters[this.#at] === "\\" && this.#at + 1 < end) this.#at += 1;
    const literal = this.#characters[this.#at]!;
    this.#literal += literal;
    this.#steps.push({ test: (character) => character === literal });
    this.#at += 1;
  }

  /** Returns false if no bracket closes the class: then it is a literal character. */
  #class(end: number): boolean {
    const negated = /[!^]/.test(this.#characters[this.#at + 1] ?? "");
    const first = this.#at + (negated ? 2 : 1);
    // A bracket right at the start belongs to the class.
    const close = this.#characters.indexOf("]", first + 1);
    if (close < 0 || close >= end) return false;
    const members = this.#characters.slice(first, close);
    const ranges: [string, string][] = [];
    for (let index = 0; index < members.length; index += 1) {
      const isRange = members[index + 1] === "-" && index + 2 < members.length;
      ranges.push([members[index]!, members[isRange ? index + 2 : index]!]);
      if (isRange) index += 2;
    }
    const has: Test = (character) => ranges.some(([from, to]) => from <= character && character <= to);
    this.#one((character) => has(character) !== negated);
    this.#at = close + 1;
    return true;
  }

  #alternatives(closing: ReadonlyMap<number, Braces>, { commas, close }: Braces): void {
    this.#isLiteral = false;
    const starts: number[] = [];
    const fork = this.#steps.push({ goto: starts }) - 1;
    const joints: number[] = [];
    for (const end of [...commas, close]) {
      this.#at += 1;
      starts.push(this.#steps.length);
      this.#sequence(closing, end);
      joints.push(this.#steps.push({ goto: [] }) - 1);
    }
    this.#steps[fork] = { goto: starts };
    for (const joint of joints) this.#steps[joint] = { goto: [this.#steps.length] };
    this.#at = close + 1;
  }
}

interface Braces {
  commas: number[];
  close: number;
}

/** Each pair of braces with a comma in it, by the index of its opening brace. Other braces are literal. */
function closingBraces(characters: readonly string[]): ReadonlyMap<number, Braces> {
  const found = new Map<number, Braces>();
  const open: { start: number; commas: number[] }[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at];
    if (character === "\\") at += 1;
    else if (character === "{") open.push({ start: at, commas: [] });
    else if (character === ",") open.at(-1)?.commas.push(at);
    else if (character === "}") {
      const { start, commas } = open.pop() ?? { start: at, commas: [] };
      if (commas.length > 0) found.set(start, { commas, close: at });
    }
  }
  return found;
}

function accepts(steps: readonly Step[], name: string): boolean {
  let current = reached(steps, [0]);
  for (const character of name) {
    const next: number[] = [];
    for (const at of current) {
      const step = steps[at]!;
      if ("test" in step && step.test(character)) next.push(at + 1);
    }
    if (next.length === 0) return false;
    current = reached(steps, next);
  }
  return [...current].some((at) => "accept" in steps[at]!);
}

/** The steps that can be reached without reading a character. */
function reached(steps: readonly Step[], from: readonly number[]): ReadonlySet<number> {
  const found = new Set(from);
  for (const at of found) {
    const step = steps[at]!;
    if ("goto" in step) for (const next of step.goto) found.add(next);
  }
  return found;
}
