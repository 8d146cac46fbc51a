import { defaultProblem, fill, type Scope, type Secret } from "../expressions/expressions";
import type { Issue, Path } from "../issues/issue";
import { didYouMean, type Suggestions } from "../issues/suggestions";
import { type Expansion, expansion } from "../yaml/yaml-source";

/** Deeper than anyone can follow, and far below what overflows the call stack. */
const DEEPEST = 50;

/** Each use copies the variable's value: a long value that is used often would take minutes. */
const MOST_VALUES = 2_000_000;

/** The most text shown of a malformed expression: an unclosed one runs to the end of the text. */
const LONGEST_PIECE = 200;

/** A value of the environment itself, and which parts are secret; undefined: absent, or not known here. */
export interface OwnValue {
  value: unknown;
  secrets: readonly Secret[];
}

/** The variables of an environment. Each value is filled in once, at its first use. */
export class Variables {
  readonly #used = new Set<string>();
  readonly #filled = new Map<string, OwnValue & Expansion>();
  /** Total size of the values of all uses so far. */
  #values = 0;
  /** Some variables could not be evaluated and may use others. */
  #usesUnknown = false;
  readonly #open: string[] = [];

  constructor(
    /** undefined if the variables could not be read. */
    private readonly declared: Readonly<Record<string, unknown>> | undefined,
    /** Where the variables are defined, for messages. */
    private readonly where: string,
    private readonly suggestions: Suggestions,
  ) {}

  /** The value of `${var.name}`. `filledIn` fills in the expressions in a variable's value, given its path. */
  valueOf(name: string, filledIn: (value: unknown, path: Path) => OwnValue): ReturnType<Scope["variable"]> {
    this.#use(name);
    if (!this.declared) return undefined;
    if (!Object.hasOwn(this.declared, name)) return { issue: this.#undefinedVariable(name, this.declared) };
    if (this.#open.includes(name)) {
      const ring = [...this.#open.slice(this.#open.indexOf(name)), name]
        .map((each) => `var.${each}`)
        .join(" → ");
      const message = `a variable refers to itself: ${ring}`;
      return { issue: { code: "VARIABLE_CYCLE", message, hint: "Write its value." } };
    }
    if (this.#open.length >= DEEPEST) {
      this.#usesUnknown = true;
      return tooMuch(`variables refer to each other over more than ${DEEPEST} levels`);
    }
    if (!this.#filled.has(name)) {
      this.#open.push(name);
      const filled = filledIn(this.declared[name], ["variables", name]);
      this.#filled.set(name, { ...filled, ...expansion(filled.value, "variables in it") });
      this.#open.pop();
    }
    const { value, secrets, values, reason } = this.#filled.get(name)!;
    if (reason !== undefined) return tooMuch(`variable ${name}: ${reason}`);
    this.#values += values;
    if (this.#values <= MOST_VALUES) return { value, secrets };
    return tooMuch(`variable ${name}: all variables together expand to more than ${MOST_VALUES} values`);
  }

  /** Marks the variables in a value as used without filling them in. */
  noteUses(value: unknown): void {
    const variable = (name: string): undefined => this.#use(name);
    const issue = (_: Issue, piece: string): void => this.noteNamesIn(piece);
    fill(value, { variable, env: () => undefined }, { issue });
  }

  /** A malformed expression has its own error, so the variables it names count as used. */
  noteNamesIn(piece: string): void {
    for (const [name] of piece.slice(0, LONGEST_PIECE).matchAll(/\w[\w-]*/g)) this.#used.add(name);
  }

  /** A warning for each variable that nothing uses. */
  unused(): Issue[] {
    if (this.#usesUnknown) return [];
    return Object.keys(this.declared ?? {})
      .filter((name) => !this.#used.has(name))
      .map((name) => ({
        code: "VARIABLE_UNUSED",
        severity: "warning",
        path: ["variables", name],
        message: "is not used",
        hint: `Remove it, or use it as \${var.${name}}.`,
      }));
  }

  #use(name: string): undefined {
    if (Object.hasOwn(this.declared ?? {}, name)) this.#used.add(name);
    else this.noteNamesIn(name);
  }

  #undefinedVariable(name: string, known: object): Omit<Issue, "path"> {
    const preset = defaultProblem(`\${var.${name}}`, name);
    if (preset) return { code: "EXPRESSION_INVALID", ...preset };
    const near = this.suggestions.of(name, () => Object.keys(known));
    return {
      code: "VARIABLE_UNDEFINED",
      message: `variable ${name} is not defined in ${this.where}`,
      hint: didYouMean(near && `\${var.${near}}`, `Add ${name} under variables.`),
    };
  }
}

const tooMuch = (message: string): { issue: Omit<Issue, "path"> } => ({
  issue: { code: "YAML_EXPANSION", message, hint: "Write out what they stand for." },
});
