import { EnvAccess, printedIssue } from "../expressions/env-access";
import { fill, isOpen, type Scope, type Secret } from "../expressions/expressions";
import { type Issue, onKey, type Path, type Place } from "../issues/issue";
import { didYouMean, Suggestions } from "../issues/suggestions";
import { isObject } from "../json/is-object";
import { ENVIRONMENT, ENVIRONMENT_EXPRESSIONS, withoutFreeKeys } from "../schema/file-keys";
import { keyIssues } from "../schema/validate";
import type { Source } from "../yaml/yaml-source";
import { matches, type NamePatterns, namePatterns } from "./name-patterns";
import { type QuietArgs, type QuietWindows, quietWindows, unmatchedQuiet } from "./quiet-key";
import { type OwnValue, Variables } from "./variables";

type Raw = Record<string, unknown>;

/** How definitions differ in one namespace: the content of an environment file, with the same snake_case keys. */
export interface EnvironmentArgs {
  /** Namespace of the triggers: its name or its `ns_…` id. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
  /** Status of every trigger, regardless of its definition; only an override takes precedence. */
  status?: "active" | "paused";
  /** Values for `${var.name}` in the definitions and in `overrides`, by name. */
  variables?: Record<string, unknown>;
  /**
   * Changes to definitions, by trigger name, with the API's snake_case keys. Maps are merged, lists and other values are
   * replaced. Null removes a key, except inside filters, source_filters and inputs, where it is a value.
   */
  overrides?: Record<string, Raw>;
  /**
   * Names or globs of triggers that are not part of this environment. If the stack manages such a trigger, a run deletes
   * it.
   */
  exclude?: string[];
  /**
   * Maximum number of triggers of one namespace that start in the same minute before the commands warn with
   * CROWDED_MINUTE. For triggers that use the same resource, it is half of this number. Default: 10. Has no effect in a
   * program.
   */
  max_starts_per_minute?: number;
  /** Environments that run before this one in commands with `--all-envs`. Has no effect in a program. */
  after?: string[];
  /** Windows of planned quiet: periods in which a run keeps triggers paused. */
  quiet?: QuietArgs[];
}

/** The environment of a run, with `${env:…}` and its own `${var.…}` filled in. */
export class Environment {
  readonly issues: Issue[] = [];
  readonly #raw: EnvironmentArgs;
  readonly #variables: Variables;
  readonly #ownValues = new Map<string, OwnValue>();
  readonly #suggestions = new Suggestions();
  readonly #broken: ReadonlySet<string>;
  readonly #access: EnvAccess;
  readonly #excluded: NamePatterns;
  readonly #quiet: QuietWindows;

  constructor(
    given: unknown,
    /** The file it was read from; absent for one that a program passed. */
    readonly source: Source | undefined,
    private readonly env: (name: string) => string | undefined,
    private readonly options: {
      ignoreEnv?: boolean;
      unreadable?: boolean;
      /** The value of MIXPEEK_TRIGGERS_ENV. */
      allow?: string | undefined;
      /** The current time in milliseconds; decides which planned quiet is over. */
      now?: number | undefined;
    } = {},
  ) {
    this.#access = new EnvAccess(options.allow);
    // An unreadable file is reported once, since the values of its variables are not known.
    const raw = options.unreadable ? { variables: null } : (withoutFreeKeys(given) ?? {});
    this.issues.push(...this.#placed(environmentIssues(raw)));
    for (const [name, override] of Object.entries(
      isObject(raw) && isObject(raw["overrides"]) ? raw["overrides"] : {},
    )) {
      if (isObject(override)) continue;
      const hint = "Write the keys that change its definition; to leave a trigger out, add it to exclude.";
      this.#say({
        code: "TYPE_WRONG",
        path: ["overrides", name],
        message: "an override must be a map",
        hint,
      });
    }
    // An invalid part is reported once and then ignored, so that nothing that depends on it is reported too.
    this.#broken = options.unreadable
      ? new Set(["variables"])
      : new Set(this.issues.map(({ path }) => String(path[0] ?? "")));
    const sound = Object.entries(isObject(raw) ? raw : {}).filter(
      ([key, value]) => Object.hasOwn(ENVIRONMENT, key) && value !== null && !this.#broken.has(key),
    );
    this.#raw = Object.fromEntries(sound) as EnvironmentArgs;
    this.#variables = new Variables(
      this.#broken.has("variables") ? undefined : (this.#raw.variables ?? {}),
      source ? source.file : "the environment",
      this.#suggestions,
    );
    const { patterns, issues } = namePatterns(this.#raw.exclude ?? [], ["exclude"]);
    this.#excluded = patterns;
    const quiet = quietWindows(this.#raw.quiet ?? [], options.now);
    this.#quiet = quiet.windows;
    this.issues.push(...this.#placed([...issues, ...quiet.issues]));
  }

  get namespace(): string | undefined {
    const { value } = this.#own("namespace");
    return value === undefined ? undefined : String(value);
  }

  /** How many cron triggers may start in one minute; undefined: the default. */
  get mostStarts(): number | undefined {
    return this.#raw.max_starts_per_minute;
  }

  /** The status for every trigger, and the environment variables in its value. */
  get status(): OwnValue {
    return this.#own("status");
  }

  /** One of the environment's own values. Every trigger reads it, so it is computed once. */
  #own(key: "namespace" | "status"): OwnValue {
    const known = this.#ownValues.get(key) ?? this.#read(key);
    this.#ownValues.set(key, known);
    return known;
  }

  #read(key: "namespace" | "status"): OwnValue {
    const secrets: Secret[] = [];
    const value = fill(
      this.#raw[key],
      this.scope,
      this.#findings((each) => secrets.push(each)),
      [key],
    );
    const [secret] = key === "namespace" ? secrets : [];
    if (secret) this.#sayIn(printedIssue(secret), this.#raw.namespace!);
    return { value: value === null || secret || isOpen(value) ? undefined : value, secrets };
  }

  #findings(secret: (secret: Secret) => void) {
    return { issue: (issue: Issue, piece: string) => this.#sayIn(issue, piece), secret };
  }

  override(trigger: string): Raw | undefined {
    const overrides = this.#raw.overrides ?? {};
    return Object.hasOwn(overrides, trigger) ? overrides[trigger] : undefined;
  }

  /** Values for `${…}`. An undefined one is reported where it is used. */
  readonly scope: Scope = {
    variable: (name) =>
      this.#variables.valueOf(name, (value, path) => {
        const secrets: Secret[] = [];
        const findings = this.#findings((each) =>
          secrets.push({ ...each, path: each.path.slice(path.length) }),
        );
        return { value: fill(value, this.scope, findings, path), secrets };
      }),
    env: (name) => {
      const issue = this.#access.refusal(name, { lenient: this.options.ignoreEnv === true });
      if (issue) return { issue };
      const secret = this.#access.isSecret(name);
      const value = this.env(name);
      if (value !== undefined) return { value, secret };
      if (this.options.ignoreEnv) return { secret };
      const message = `environment variable ${name} is not set`;
      const hint = `Set ${name} where this runs; validate --ignore-env does not need it.`;
      return { issue: { code: "ENV_UNDEFINED", message, hint } };
    },
  };

  /** Whether the environment excludes this trigger. */
  excludes(trigger: string): boolean {
    return matches(this.#excluded, trigger);
  }

  /** The windows of planned quiet that apply to a trigger. */
  quietOf(trigger: string): { quiet?: QuietWindows } {
    const quiet = this.#quiet.filter(({ triggers }) => !triggers || matches(triggers, trigger));
    return quiet.length > 0 ? { quiet } : {};
  }

  /** Issues for names without a match: overrides and excludes of unknown triggers, and unused variables. */
  unmet(triggers: readonly string[]): Issue[] {
    const found: Issue[] = [];
    const names = new Set(triggers);
    const suggestions = this.#suggestions;
    for (const name of Object.keys(this.#raw.overrides ?? {})) {
      if (names.has(name)) continue;
      const near = suggestions.of(name, () => names);
      const hint = didYouMean(near, "Write a key under triggers, or remove the override.");
      const path = ["overrides", name];
      found.push({
        code: "OVERRIDE_UNMATCHED",
        path,
        message: "matches no trigger",
        hint,
        ...this.#at(path, "key"),
      });
    }
    for (const { index, pattern, literal, matches: isMatch } of this.#excluded.all) {
      if (literal === undefined ? triggers.some(isMatch) : names.has(literal)) continue;
      const near = literal === undefined ? undefined : suggestions.of(literal, () => names);
      const path = ["exclude", index];
      found.push({
        code: "EXCLUDE_UNMATCHED",
        // An exact name without a match is an error: a trigger may be running that should not.
        ...(literal === undefined ? { severity: "warning" as const } : {}),
        path,
        message: `"${pattern}" matches no trigger`,
        hint: didYouMean(near, "Remove it, or correct it."),
        ...this.#at(path, "value"),
      });
    }
    const kept = triggers.filter((trigger) => !this.excludes(trigger));
    found.push(...this.#placed(unmatchedQuiet(this.#quiet, kept, suggestions)));
    found.push(...this.#placed(this.#variables.unused(), "key"));
    return found;
  }

  /** Marks the variables in a value as used without filling them in, for example in an excluded trigger. */
  uses(value: unknown): void {
    this.#variables.noteUses(value);
  }

  #sayIn(issue: Issue, piece: string): void {
    if (issue.code === "EXPRESSION_INVALID") this.#variables.noteNamesIn(piece);
    this.#say(issue, this.source?.placeIn(issue.path, piece));
  }

  #say(issue: Issue, at?: Place): void {
    const place = at ?? this.source?.place(issue.path);
    this.issues.push(place ? { ...issue, at: place } : issue);
  }

  #placed(issues: Issue[], on?: "key"): Issue[] {
    return issues.map((issue) => ({ ...issue, ...this.#at(issue.path, on ?? onKey(issue)) }));
  }

  #at(path: Path, on: "key" | "value"): { at?: Place } {
    return this.source ? { at: this.source.place(path, on) } : {};
  }
}

/** The status may be an expression and is checked once its value is known. Maps and lists are checked first. */
function environmentIssues(raw: unknown): Issue[] {
  const open = (name: string): boolean =>
    ENVIRONMENT_EXPRESSIONS.includes(name) && isObject(raw) && isOpen(raw[name]);
  const found = keyIssues(ENVIRONMENT, raw, [], "an environment");
  return found.filter(({ code, path }) => code === "KEY_UNKNOWN" || !open(String(path[0])));
}
