import { setImmediate as immediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { Declaration } from "../core/definitions/merged-definition";
import type { EnvironmentArgs } from "../core/environments/environment";
import { withQuiet } from "../core/environments/quiet-key";
import { type Issue, isError, issueLine } from "../core/issues/issue";
import { visible } from "../core/json/safe-text";
import type { DesiredTrigger } from "../core/schema/model";
import { DEFAULT_DEFINITIONS, loadSet } from "../files/load";
import { rootOf } from "../files/read";
import { resolveAll } from "../resolve-references";
import type { TriggerArgs } from "./args";
import { configuredNamespace, programSession } from "./program";
import { Wired } from "./resource/wire";
import { Trigger } from "./trigger";

/** The arguments of a {@link TriggerSet}. */
export interface TriggerSetArgs {
  /** Paths or globs of definitions files, relative to the program's folder. Default: all YAML and JSON files in `triggers`. */
  definitions?: string | string[];
  /** Path of an environment file, relative to the program's folder, or its content. Default: no changes to the definitions. */
  environment?: string | EnvironmentArgs;
}

/**
 * A component that declares a {@link Trigger} for each definition in a set of YAML or JSON files.
 *
 * Each trigger is the resource `<name of the set>-<key of the definition>`, so a definition can move to another file.
 * If a file is invalid, the constructor throws a `pulumi.RunError` with the problems of all files, and declares nothing.
 * If a reference such as `${cluster:products}` matches no resource, the run fails and no trigger of the set is declared.
 * docs/definitions.md describes the files and lists the codes.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const search = new mixpeek.TriggerSet("search", { environment: "environments/prod.yaml" });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // The content of an environment file, with its snake_case keys.
 * export const search = new mixpeek.TriggerSet("search", {
 *   definitions: "triggers/search.yaml",
 *   environment: { namespace: "staging", status: "paused", variables: { canary_seconds: 600 } },
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * const { triggers } = new mixpeek.TriggerSet("search", { environment: "environments/prod.yaml" });
 * export const nightlyId = triggers.apply((byKey) => byKey["nightly-clusters"]?.triggerId);
 * ```
 */
export class TriggerSet extends pulumi.ComponentResource {
  /** The triggers, by the keys of their definitions. */
  readonly triggers: pulumi.Output<Record<string, Trigger>>;

  /**
   * Declares the triggers of the files.
   *
   * @param name Name of the component, and prefix of the names of its triggers.
   * @param args Which files, and the environment.
   * @param options Pulumi options, such as `protect`, which its triggers inherit.
   */
  constructor(name: string, args: TriggerSetArgs = {}, options: pulumi.ComponentResourceOptions = {}) {
    super("mixpeek:index:TriggerSet", name, {}, options);
    const { definitions = [...DEFAULT_DEFINITIONS], environment } = args;
    const { declarations, issues } = loadSet({
      root: rootOf(process.cwd()),
      definitions: [definitions].flat(),
      environment: environment ?? {},
      env: process.env,
    });
    for (const warning of issues.filter((issue) => !isError(issue)))
      void pulumi.log.warn(visible(issueLine(warning)), this);
    refuse(issues);
    const made = this.#make(name, declarations);
    this.triggers = pulumi.output(made) as unknown as pulumi.Output<Record<string, Trigger>>;
    // The engine waits for registered outputs, and so for the lookups that precede the triggers.
    this.registerOutputs({ names: made.then((triggers) => Object.keys(triggers)) });
  }

  async #make(name: string, declarations: readonly Declaration[]): Promise<Record<string, Trigger>> {
    const resolved = await resolveAll(declarations, () => programSession().resources, configuredNamespace());
    refuse(resolved.issues);
    const triggers = withQuiet(resolved.triggers, declarations, Date.now());
    return declareTriggers(declarations, triggers, {
      prefix: `${name}-`,
      options: { parent: this },
    });
  }
}

/**
 * How many triggers are declared before the event loop runs, so that the engine can start on them while the others are
 * declared.
 */
const AT_ONCE = 20;

/**
 * Declares a Trigger for each declaration and returns them by key. A declaration with `replaces` keeps the live trigger
 * of its former key. `within`: wraps each synchronous batch of declarations.
 */
export async function declareTriggers(
  declarations: readonly Declaration[],
  triggers: readonly DesiredTrigger[],
  {
    prefix = "",
    options = {},
    within = (declare) => declare(),
  }: {
    prefix?: string;
    options?: pulumi.CustomResourceOptions;
    within?: (declare: () => void) => void;
  } = {},
): Promise<Record<string, Trigger>> {
  const made: [string, Trigger][] = [];
  const declare = ({ name, replaces, protect, retain }: Declaration, index: number): void => {
    const resourceOptions = { ...(protect ? { protect } : {}), ...(retain ? { retainOnDelete: true } : {}) };
    const aliases = replaces === undefined ? {} : { aliases: [{ name: `${prefix}${replaces}` }] };
    const args = new Wired(triggers[index]!) as unknown as TriggerArgs;
    made.push([name, new Trigger(`${prefix}${name}`, args, { ...options, ...aliases, ...resourceOptions })]);
  };
  for (let start = 0; start < declarations.length; start += AT_ONCE) {
    const part = declarations.slice(start, start + AT_ONCE);
    within(() => {
      for (const [index, declaration] of part.entries()) declare(declaration, start + index);
    });
    await immediate();
  }
  return Object.fromEntries(made);
}

/** Throws a RunError, whose message Pulumi shows without a stack trace. */
function refuse(issues: readonly Issue[]): void {
  const errors = issues.filter(isError);
  if (errors.length > 0)
    throw new pulumi.RunError(errors.map((error) => visible(issueLine(error))).join("\n"));
}
