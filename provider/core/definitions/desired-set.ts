import type { Environment } from "../environments/environment";
import { type Findings, fill, type Secret } from "../expressions/expressions";
import { byPlace, type Issue, isError, unique } from "../issues/issue";
import type { Source } from "../yaml/yaml-source";
import { sentTrigger } from "./definition-spread";
import { type Definition, readDefinitions, replacesIssues } from "./definitions-files";
import { type Declaration, type Defaults, MergedDefinition, scopeOf } from "./merged-definition";
import { triggerWarnings } from "./trigger-warnings";

type Raw = Record<string, unknown>;

export interface DesiredSet {
  declarations: Declaration[];
  /** The environment's namespace; absent if it sets none. */
  namespace?: string;
  /** The environment's `max_starts_per_minute`; absent if it uses the default. */
  mostStarts?: number;
  issues: Issue[];
}

/** Definitions, read once and used with any number of environments. */
export interface Definitions {
  all: Definition[];
  issues: Issue[];
  /** The release of the IANA time zone tables used for next runs, such as 2025c; undefined if not known. */
  zoneTables?: string | undefined;
  /** A file could not be read, so its definitions are missing here. */
  isPartial?: boolean;
}

export function definitionsFrom(sources: readonly Source[], zoneTables?: string): Definitions {
  const { definitions, issues } = readDefinitions(sources);
  return { all: definitions, issues: [...issues, ...replacesIssues(definitions)], zoneTables };
}

/**
 * Combines definitions with an environment: the triggers of one namespace, and all problems of both. Without an
 * environment, variables have no values, and definitions that use them are checked only in part.
 */
export function desiredSet(
  { all, issues, zoneTables, isPartial }: Definitions,
  environment: Environment | undefined,
): DesiredSet {
  const found: Issue[] = [...issues];
  const declarations: Declaration[] = [];
  const defaultsOf = filledDefaults(environment, found);
  for (const definition of all) {
    // A variable counts as used wherever it is written, even if an override replaces it or the trigger is excluded.
    environment?.uses([definition.body, environment.override(definition.name)]);
    if (environment?.excludes(definition.name)) continue;
    const merged = new MergedDefinition(definition, defaultsOf(definition), environment);
    const declaration = merged.declaration(found);
    if (!declaration) continue;
    declarations.push({ ...declaration, ...environment?.quietOf(definition.name) });
    const { trigger } = declaration;
    // Warnings are about the times that are sent. Without a namespace, the spread and thus those times are not known.
    const sent = trigger.namespace === undefined ? trigger : sentTrigger(declaration, trigger.namespace);
    for (const issue of triggerWarnings(sent, zoneTables))
      found.push({ ...issue, trigger: declaration.name, at: declaration.place(issue.path) });
  }
  if (all.length === 0 && !found.some(isError)) {
    const why = "the definitions declare no trigger";
    const hint = "To delete all of an environment's triggers, run destroy; an empty set never deletes them.";
    found.push({ code: "SET_EMPTY", path: [], message: why, hint });
  }
  if (environment) {
    const unmet = isPartial ? [] : environment.unmet(all.map(({ name }) => name));
    found.push(...environment.issues, ...unmet);
  }
  const { namespace, mostStarts } = environment ?? {};
  return {
    declarations,
    ...(namespace === undefined ? {} : { namespace }),
    ...(mostStarts === undefined ? {} : { mostStarts }),
    issues: byPlace(unique(found)),
  };
}

/** Fills in and checks the defaults of a file once for all of its triggers. */
function filledDefaults(
  environment: Environment | undefined,
  found: Issue[],
): (definition: Definition) => Defaults {
  const known = new Map<Raw, Defaults>();
  return ({ defaults, source }) => {
    const before = known.get(defaults);
    if (before) return before;
    const secrets: Secret[] = [];
    const findings: Findings = {
      issue: (issue, piece) => void found.push({ ...issue, at: source.placeIn(issue.path, piece) }),
      secret: ({ path, variable }) => void secrets.push({ path: path.slice(1), variable }),
    };
    environment?.uses(defaults);
    const values = fill(defaults, scopeOf(environment), findings, ["defaults"]) as Raw;
    known.set(defaults, { values, secrets });
    return { values, secrets };
  };
}
