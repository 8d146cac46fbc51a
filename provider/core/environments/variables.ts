import { defaultProblem, fill, type Scope, type Secret } from "../expressions/expressions";
import type { Issue, Path } from "../issues/issue";
import type { Suggestions } from "../issues/suggestions";
import { type Expansion, expansion } from "../yaml/source";

/** Far more than anybody follows, far less than the stack holds. */
const DEEPEST = 50;

/** Each use of a variable is a copy of it: a long one, used often, would take minutes. */
const MOST_VALUES = 2_000_000;

/** Of a malformed expression: one that is not closed goes on to the end of its text. */
const LONGEST_PIECE = 200;

/** A value of the environment itself, and where it is secret; undefined: absent, or not known here. */
export interface OwnValue {
  value: unknown;
  secrets: readonly Secret[];
}

/** The variables of an environment: each is filled in once, when it is first used. */
export class Variables {
  readonly #used = new Set<string>();
  readonly #filled = new Map<string, OwnValue & Expansion>();
  /** What all uses of variables stand for so far. */
  #values = 0;
  /** Some variables are not looked at, and may use others. */
  #usesUnknown = false;
  readonly #open: string[] = [];

  constructor(
    /** undefined: what they would be is not known. */
    private readonly declared: Readonly<Record<string, unknown>> | undefined,
    /** Where they are defined, for messages. */
    private readonly where: string,
    private readonly suggestions: Suggestions,
  ) {}

  /** What `${var.name}` stands for. In: fills in the expressions of a variable's value, which is at the path. */
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

  /** Notes what a text uses without filling it in. */
  noteUses(value: unknown): void {
    const variable = (name: string): undefined => this.#use(name);
    const issue = (_: Issue, piece: string): void => this.noteNamesIn(piece);
    fill(value, { variable, env: () => undefined }, { issue });
  }

  /** A malformed expression has its own error: what it names counts as used. */
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
      hint: near ? `Did you mean \${var.${near}}?` : `Add ${name} under variables.`,
    };
  }
}

const tooMuch = (message: string): { issue: Omit<Issue, "path"> } => ({
  issue: { code: "YAML_EXPANSION", message, hint: "Write out what they stand for." },
});
