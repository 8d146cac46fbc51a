import {
  DEFINITION_KEYS,
  type Definition,
  OVERRIDE_KEYS,
  readDefinitions,
  replacesIssues,
  strangeKeys,
} from "./definitions";
import type { Environment } from "./environment";
import { fill, isOpen, type Scope } from "./expressions";
import { isUserData } from "./fields";
import { type Issue, isError, onKey, type Path, type Place, unique } from "./issue";
import { STEERING } from "./layout";
import type { DesiredTrigger } from "./model";
import { misplaced, type Reference, referencesOf } from "./references";
import { scheduleWarnings } from "./schedule-warnings";
import type { Source } from "./source";
import { DECLARED_FIELDS, VARIANTS } from "./trigger";
import { isObject, keyIssues, lookUp, validateTrigger } from "./validate";

type Raw = Record<string, unknown>;

/** A trigger as one environment wants it; its references are not resolved yet. */
export interface Declaration {
  name: string;
  /** The key it had before, whose trigger it keeps. */
  replaces?: string;
  protect: boolean;
  retain: boolean;
  /** `namespace` is absent where neither definition nor environment gives one: the run's default counts. */
  trigger: Omit<DesiredTrigger, "namespace"> & { namespace?: string };
  references: Reference[];
  /** The place of a path in it, for what only the API can find wrong. */
  place: (path: Path, piece?: string) => Place;
}

export interface DesiredSet {
  declarations: Declaration[];
  /** The environment's own; absent where it names none. */
  namespace?: string;
  issues: Issue[];
}

/** Definitions read once, to be laid into any number of environments. */
export interface Definitions {
  all: Definition[];
  issues: Issue[];
  /** The release of the IANA tables that next runs are reckoned by, such as 2025c; undefined: not known. */
  zoneTables?: string | undefined;
}

export function definitionsFrom(sources: readonly Source[], zoneTables?: string): Definitions {
  const { definitions, issues } = readDefinitions(sources);
  return { all: definitions, issues: [...issues, ...replacesIssues(definitions)], zoneTables };
}

/**
 * Definitions × environment → the triggers of one namespace, and every problem of either at once.
 * `environment` undefined: variables are not known, and what has them is checked as far as it can be.
 */
export function desiredSet(
  { all, issues, zoneTables }: Definitions,
  environment: Environment | undefined,
): DesiredSet {
  const found: Issue[] = [...issues];
  const declarations: Declaration[] = [];
  const defaultsOf = filledDefaults(environment, found);
  for (const definition of all) {
    // A variable counts as used wherever it is written, be it under an override or in a trigger that is left out.
    environment?.uses([definition.body, environment.override(definition.name)]);
    if (environment?.excludes(definition.name)) continue;
    const laid = new Laid(definition, defaultsOf(definition), environment);
    const declaration = laid.declaration(found);
    if (!declaration) continue;
    declarations.push(declaration);
    for (const issue of scheduleWarnings(declaration.trigger, zoneTables))
      found.push({ ...issue, trigger: declaration.name, at: declaration.place(issue.path) });
  }
  if (all.length === 0 && !found.some(isError)) {
    const why = "the definitions declare no trigger";
    const hint =
      "To delete all of an environment's triggers, run destroy; an empty set is never taken for that.";
    found.push({ code: "SET_EMPTY", path: [], message: why, hint });
  }
  if (environment) {
    const unmet = environment.unmet(all.map(({ name }) => name));
    found.push(...environment.issues, ...unmet);
  }
  const namespace = environment?.namespace;
  return {
    declarations,
    ...(namespace === undefined ? {} : { namespace }),
    issues: sorted(unique(found)),
  };
}

const scopeOf = (environment: Environment | undefined): Scope =>
  environment?.scope ?? { variable: () => undefined, env: () => undefined };

/** The defaults of a definition's file, filled in and found fault with once for all of its triggers. */
function filledDefaults(
  environment: Environment | undefined,
  found: Issue[],
): (definition: Definition) => Raw {
  const known = new Map<Raw, Raw>();
  return ({ defaults, source }) => {
    const before = known.get(defaults);
    if (before) return before;
    const say = (issue: Issue, piece: string): void => {
      found.push({ ...issue, at: source.placeIn(issue.path, piece) });
    };
    environment?.uses(defaults);
    const filled = fill(defaults, scopeOf(environment), say, ["defaults"]) as Raw;
    known.set(defaults, filled);
    return filled;
  };
}

/** One definition with everything that is laid over and under it. */
class Laid {
  readonly #definition: Definition;
  readonly #override: Raw;

  constructor(
    definition: Definition,
    /** Of its file, filled in. */
    private readonly defaults: Raw,
    private readonly environment: Environment | undefined,
  ) {
    this.#definition = definition;
    this.#override = environment?.override(definition.name) ?? {};
  }

  declaration(found: Issue[]): Declaration | undefined {
    const { name, body } = this.#definition;
    const issues: Issue[] = [];
    const say = (issue: Issue, piece?: string): void => {
      issues.push({ ...issue, trigger: name, at: this.place(issue.path, piece, onKey(issue)) });
    };
    for (const issue of [
      ...strangeKeys(body, DEFINITION_KEYS),
      ...strangeKeys(this.#override, OVERRIDE_KEYS),
    ])
      say(issue);
    const filled = this.#filled(say);
    if (filled["name"] !== name && !isOpen(filled["name"])) {
      const hint = "Take name out, or make it the key.";
      const message = `${JSON.stringify(filled["name"])} is another name than its key`;
      say({ code: "NAME_DIFFERS", path: ["name"], message, hint });
      filled["name"] = name;
    }
    const steering = this.#steering(say);
    const fixed = this.#fixedNamespace(filled["namespace"]);
    if (fixed) say(fixed);
    const checked = validateTrigger(filled, { isUnknown: isOpen });
    for (const issue of checked.issues) say(this.#withVariable(issue));
    const trigger = checked.trigger;
    const references = trigger ? referencesOf(trigger) : [];
    if (trigger) for (const { issue, piece } of misplaced(trigger, references)) say(issue, piece);
    found.push(...issues);
    if (!trigger || issues.some(isError)) return undefined;
    const replaces = body["replaces"];
    return {
      name,
      ...(typeof replaces === "string" ? { replaces } : {}),
      protect: steering["protect"] === true,
      retain: steering["retain"] === true,
      trigger,
      references,
      place: (path, piece) => this.place(path, piece),
    };
  }

  /** Everything laid together with variables filled in; only a trigger's own fields are left. */
  #filled(say: (issue: Issue, piece?: string) => void): Raw {
    const { name, body } = this.#definition;
    const { environment, defaults } = this;
    const raw: Raw = {
      name,
      namespace: environment?.namespace,
      ...laidOver(pick(body), pick(this.#override)),
    };
    if (!("status" in this.#override) && environment?.status !== undefined)
      raw["status"] = environment.status;
    const filled = { ...(fill(raw, scopeOf(environment), say) as Raw) };
    for (const key of Object.keys(filled))
      if (filled[key] === undefined || filled[key] === null) delete filled[key];
    const { description_prefix: prefix, timezone, status, adopt } = defaults;
    if (!("status" in this.#override)) filled["status"] ??= status;
    filled["adopt"] ??= adopt;
    if (typeof filled["description"] === "string" && typeof prefix === "string")
      filled["description"] = prefix + filled["description"];
    const { schedule_config: schedule } = filled;
    if (filled["trigger_type"] === "cron" && isObject(schedule) && timezone !== undefined)
      filled["schedule_config"] = { timezone, ...withoutNull(schedule, "timezone") };
    return filled;
  }

  /** What steers the run and is no field of a trigger. */
  #steering(say: (issue: Issue, piece?: string) => void): Raw {
    const laid = Object.entries(laidOver(this.#definition.body, this.#override));
    const own = Object.fromEntries(laid.filter(([key]) => Object.hasOwn(STEERING, key)));
    if (Object.keys(own).length === 0) return own;
    const filled = fill(own, scopeOf(this.environment), say) as Raw;
    for (const issue of keyIssues(STEERING, filled, [], "a trigger", isOpen)) say(this.#withVariable(issue));
    return filled;
  }

  /** Where a path of the trigger was written: in the override, else in the definition, else in what stands for it. */
  place(path: Path, piece?: string, on: "key" | "value" = "value"): Place {
    const { name, source } = this.#definition;
    const at = (where: Source, full: Path): Place =>
      piece === undefined ? where.place(full, on) : where.placeIn(full, piece);
    const { source: overlay } = this.environment ?? {};
    const inOverlay: Path = ["overrides", name, ...path];
    if (overlay && path.length > 0 && overlay.has(inOverlay)) return at(overlay, inOverlay);
    const own: Path = ["triggers", name, ...path];
    if (source.has(own)) return path.length === 0 ? source.place(own, "key") : at(source, own);
    for (const shared of DEFAULTED(path)) if (source.has(shared)) return at(source, shared);
    if (overlay && path.length === 1 && overlay.has(path)) return at(overlay, path);
    return source.place(own, "key");
  }

  /** Promotion takes a set from namespace to namespace; one that stays behind is worth a word. */
  #fixedNamespace(namespace: unknown): Issue | undefined {
    const target = this.environment?.namespace;
    if (target === undefined || namespace === target || "namespace" in this.#override || isOpen(namespace))
      return undefined;
    const message = `is ${JSON.stringify(namespace)}, and the environment's is "${target}": it stays there`;
    const hint = "Take namespace out to let the environment decide, or say so in its overrides.";
    return { code: "NAMESPACE_FIXED", severity: "warning", path: ["namespace"], message, hint };
  }

  /** A wrong value that a variable brought stands in the environment: both ends are named. */
  #withVariable(issue: Issue): Issue {
    const [, variable] = /^\$\{var\.(.+)\}$/.exec(String(this.#written(issue.path))) ?? [];
    const { source } = this.environment ?? {};
    if (!variable || !source) return issue;
    const { file, line } = source.place(["variables", variable]);
    return { ...issue, message: `${issue.message} (\${var.${variable}}, ${file}:${line})` };
  }

  #written(path: Path): unknown {
    let at: unknown = laidOver(this.#definition.body, this.#override);
    for (const step of path) at = isObject(at) || Array.isArray(at) ? (at as Raw)[step] : undefined;
    return at;
  }
}

/** Where `defaults` may have given what stands at a path of a trigger. */
const DEFAULTED = (path: Path): Path[] => {
  const last = path.at(-1);
  if (path.length === 1 && last === "description") return [["defaults", "description_prefix"]];
  return path.length === 1 || (path[0] === "schedule_config" && last === "timezone")
    ? [["defaults", last!]]
    : [];
};

/** Null is absent: it must not hide a default. */
const withoutNull = (config: Raw, key: string): Raw =>
  config[key] === null ? Object.fromEntries(Object.entries(config).filter(([name]) => name !== key)) : config;

const pick = (body: Raw): Raw =>
  Object.fromEntries(
    Object.entries(body).filter(([key]) => (DECLARED_FIELDS as readonly string[]).includes(key)),
  );

/** Maps are merged, everything else is replaced; null takes a key out, but for the user's own data, where it is a value. */
function laidOver(base: Raw, over: Raw): Raw {
  const types = { ...base, ...over };
  const isData = ([field, name]: Path): boolean =>
    VARIANTS.some(({ type, config, table }) => {
      const keys = config === field ? lookUp(table, types[type])?.keys : undefined;
      return keys !== undefined && Object.hasOwn(keys, name!) && isUserData(keys[name!]!);
    });
  const merge = (below: Raw, above: Raw, path: Path): Raw => {
    const merged: Raw = { ...below };
    for (const [key, value] of Object.entries(above)) {
      const at = merged[key];
      if (value === null && !(path.length > 1 && isData(path))) delete merged[key];
      else merged[key] = isObject(value) && isObject(at) ? merge(at, value, [...path, key]) : value;
    }
    return merged;
  };
  return merge(base, over, []);
}

/** By file, then line. */
const sorted = (issues: Issue[]): Issue[] =>
  issues.sort(
    ({ at: a }, { at: b }) =>
      (a?.file ?? "").localeCompare(b?.file ?? "") ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );
