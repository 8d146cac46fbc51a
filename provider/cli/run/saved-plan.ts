import { readFileSync, writeFileSync } from "node:fs";
import { digest } from "../../api/digest";
import { isObject } from "../../core/json/is-object";
import { OUTPUT_VERSION } from "../../core/json/output-version";
import { jsonText, visible } from "../../core/json/safe-text";
import type { LiveView, PlanOp, ResourceOptions, SetPlan, TriggerPlan } from "../../core/plan/plan-model";
import { OPS } from "../../core/report/plan-report";
import { text } from "../../core/schema/equality";
import type { DesiredTrigger, JsonObject } from "../../core/schema/model";
import { UsageError } from "../command";
import { redacted } from "../output/redacted-output";
import { unwritable } from "../output/unwritable";

/** What a plan was made from and what it does to each trigger, without any values. */
export interface Fingerprint extends JsonObject {
  /** The project, the stack and the environment file. */
  target: Record<string, string>;
  desired: Record<string, string>;
  /** By `namespace/name`: the resource options in the definition. */
  options: Record<string, { protect: boolean; retain: boolean }>;
  /** By `namespace/name`: the end of the current quiet window. Absent in plans of releases before planned quiet. */
  quiet?: Record<string, string>;
  live: Record<string, string>;
  /** By `namespace/name`: the operation, and a digest of everything it writes. */
  operations: Record<string, { op: string; digest: string }>;
  /** The triggers that `--target` named; empty: all. */
  targets: string[];
}

/**
 * The fingerprint of a plan. `target`: its project. `options` are in the order of `triggers`. `targets`: the triggers
 * that it was limited to.
 */
export function fingerprint(
  target: Record<string, string>,
  {
    triggers,
    options,
    namespaces,
  }: {
    triggers: readonly DesiredTrigger[];
    options: readonly ResourceOptions[];
    namespaces: ReadonlyMap<string, LiveView>;
  },
  plan: SetPlan,
  targets: readonly string[] = [],
): Fingerprint {
  const keys = triggers.map(({ namespace, name }) => `${namespace}/${name}`);
  // Quiet is not part of a definition: it matters only if it changes an operation.
  const desired = triggers.map(({ active_quiet: _, ...own }, index) => [keys[index]!, digest(own)]);
  const quiet = triggers.flatMap(({ active_quiet: own }, index) => (own ? [[keys[index]!, own.until]] : []));
  const resources = options.map(({ protect, retain = false }, index) => [keys[index]!, { protect, retain }]);
  const live = [...namespaces].flatMap(([namespace, view]) =>
    view
      .all()
      .map(({ health: _, updated_at: __, ...own }) => [
        `${namespace}/${own.name ?? own.trigger_id}`,
        digest(own),
      ]),
  );
  const operations = plan.triggers.flatMap((each) =>
    each.op === "none" ? [] : [[operationKey(each), { op: each.op, digest: digest(writtenBy(each)) }]],
  );
  return {
    target,
    desired: Object.fromEntries(desired),
    options: Object.fromEntries(resources),
    quiet: Object.fromEntries(quiet),
    live: Object.fromEntries(live),
    operations: Object.fromEntries(operations),
    targets: [...targets],
  };
}

/** The delete of a trigger and the creation of another with its name are two operations. */
const operationKey = ({ namespace, name, op, triggerId }: TriggerPlan): string =>
  op === "delete" || op === "forget" ? `${namespace}/${name} (${triggerId})` : `${namespace}/${name}`;

const writtenBy = ({ calls, recorded, triggerId, leaves }: TriggerPlan) => ({
  calls,
  recorded,
  triggerId: triggerId ?? null,
  leaves: leaves ?? null,
});

/**
 * Saves a plan for `up --plan`. It is redacted like any output, because pipelines keep it as an artifact. The
 * fingerprint stays as it is: it contains only names and digests and must remain comparable. Throws an error with the
 * system's code if the file cannot be written.
 */
export function savePlan(file: string, { fingerprint, ...shown }: JsonObject): void {
  const readable = JSON.parse(jsonText(shown), (_, value) =>
    typeof value === "string" ? redacted(value) : value,
  );
  try {
    writeFileSync(file, jsonText({ ...readable, fingerprint }));
  } catch (error) {
    throw unwritable("preview", file, error, "choose another file with --out");
  }
}

/**
 * The fingerprint in a saved plan. Throws UsageError for a file that is not a plan, PLAN_VERSION for a plan of
 * another version.
 */
export function readPlan(file: string): Fingerprint {
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // The parser's message quotes the file, which may contain secrets.
    const { code = "no JSON" } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `mixpeek-triggers up: --plan ${file} cannot be read (${code}). Create it with preview --out.`,
    );
  }
  const { version, fingerprint: before } = (isObject(kept) ? kept : {}) as {
    version?: unknown;
    fingerprint?: Fingerprint;
  };
  // Checked before anything else is read: in another version, the content may have another meaning.
  if (version !== OUTPUT_VERSION && (Number.isInteger(version) || isObject(before)))
    throw otherVersion(file, Number.isInteger(version) ? `version ${version}` : "an unknown version");
  if (!isObject(before?.desired) || !isObject(before.live) || !isTargets(before.targets ?? []))
    throw new UsageError(`mixpeek-triggers up: --plan ${file} is not a plan. Create one with preview --out.`);
  // Plans of older releases lack deletes, `protect` and `retain`, so they do not say everything that would happen.
  if (!isObject(before.operations) || !isObject(before.target) || !isObject(before.options))
    throw otherVersion(file, "an older release");
  return { ...before, targets: before.targets ?? [] };
}

const isTargets = (targets: unknown): boolean =>
  Array.isArray(targets) && targets.every((each) => typeof each === "string");

/**
 * The triggers that a run with a saved plan is limited to: those of the plan; undefined: all. `named`: the triggers on
 * the command line. Throws UsageError if they are different.
 */
export function targetsOf(
  file: string,
  { targets }: Fingerprint,
  named: readonly string[] | undefined,
): readonly string[] | undefined {
  if (named === undefined) return targets.length > 0 ? targets : undefined;
  if (text([...named].sort()) === text([...targets].sort())) return named;
  const of = targets.length > 0 ? `--target ${targets.join(" --target ")}` : "every trigger";
  throw new UsageError(
    `mixpeek-triggers up: --plan ${file} is for ${visible(of)}, and is applied as it was saved. Omit --target, or create another plan.`,
  );
}

function otherVersion(file: string, whose: string): Error {
  const code = "PLAN_VERSION";
  const message = `cannot apply ${file}: it is a plan of ${whose}, and this release reads only version ${OUTPUT_VERSION}. Create it again with preview --out, or apply it with the release that created it [${code}].`;
  return Object.assign(new Error(message), { code });
}

/** The fingerprint without the live triggers that have no definition in the plan. */
export function ofOwn(whole: Fingerprint): Fingerprint {
  const live = Object.entries(whole.live).filter(([key]) => Object.hasOwn(whole.desired, key));
  return { ...whole, live: Object.fromEntries(live) };
}

/** How the current plan differs from a saved one; empty if they are the same. */
export function staleness(before: Fingerprint, now: Fingerprint): string[] {
  const keys = (was: object, is: object): string[] => [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = (was: Record<string, string>, is: Record<string, string>, what: string): string[] =>
    keys(was, is)
      .filter((key) => was[key] !== is[key])
      .map((key) => `${key}: ${what} ${key in is ? (key in was ? "changed" : "is new") : "is gone"}`);
  const targets = keys(before.target, now.target)
    .filter((key) => before.target[key] !== now.target[key])
    .map(
      (key) =>
        `${key}: planned for ${before.target[key] ?? "none"}, this run is for ${now.target[key] ?? "none"}`,
    );
  const options = keys(before.options, now.options).flatMap((key) => {
    const [was, is] = [before.options[key], now.options[key]];
    // If only one of them has the definition, that alone is the difference.
    if (!was || !is) return [];
    return (["protect", "retain"] as const)
      .filter((name) => was[name] !== is[name])
      .map((name) => `${key}: planned with ${name}: ${was[name]}, now ${name}: ${is[name]}`);
  });
  const operations = keys(before.operations, now.operations).flatMap((key) => {
    const [was, is] = [before.operations[key], now.operations[key]];
    if (was?.op === is?.op && was?.digest === is?.digest) return [];
    const name = (operation: { op: string } | undefined): string =>
      OPS[(operation?.op ?? "none") as PlanOp].will;
    const [quietThen, quietNow] = [before.quiet?.[key], now.quiet?.[key]].map(
      (until) => `${until === undefined ? "outside of quiet" : `in quiet until ${until}`}`,
    );
    return [
      `${key}: planned ${name(was)}, now ${name(is)}${was?.op === is?.op ? " with other content" : ""}`,
      ...(quietThen === quietNow ? [] : [`${key}: planned ${quietThen}, now ${quietNow}`]),
    ];
  });
  return [
    ...targets,
    ...changed(before.desired, now.desired, "the definition"),
    ...options,
    ...changed(before.live, now.live, "the live trigger"),
    ...operations,
  ];
}
