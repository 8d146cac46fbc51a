import { definitionsFrom, desiredSet } from "../definitions/desired-set";
import { diffTrigger } from "../diff/diff";
import { Environment } from "../environments/environment";
import { asLiteral } from "../expressions/expressions";
import { resolve } from "../expressions/references";
import { isError, issueText } from "../issues/issue";
import { VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { LiveTrigger } from "../schema/model";
import { isGone } from "../schema/soft-delete";
import { counted } from "../text/plural";
import { readSource } from "../yaml/yaml-source";
import { definitionOf, type Names, Variables, type Written } from "./export-definition";
import {
  type DefinitionText,
  definitionsText,
  environmentText,
  slug,
  stemOf,
  uniqueName,
} from "./export-text";

export interface ExportOptions {
  /** As the environment file will declare it: a name or `ns_…` id. */
  namespace: string;
  /** One file per trigger. */
  split: boolean;
  /** Triggers that a collection's own schedule created and manages: the collection by trigger id. */
  owners?: ReadonlyMap<string, string>;
}

export interface Exported {
  /** Text by path, relative to the repository folder. Empty if there are no triggers to write. */
  files: Record<string, string>;
  skipped: { trigger: string; reason: string }[];
  /** How many triggers the files hold. */
  count: number;
  /** How many of them have no name in the API, and get the one in their definition. */
  nameless: number;
  /** Environment variables that replace the secrets of the triggers. */
  variables: string[];
}

/** A live trigger and its name, or the name that it gets. */
interface Named {
  live: LiveTrigger;
  name: string;
  /** It cannot be found by its name: it has none, or another trigger has the same one. */
  byId: boolean;
}

type Ready = Named & { key: string; written: Written; text: DefinitionText };

/**
 * Writes live triggers as the files of a GitOps repository whose first plan is empty. Takes all triggers of one
 * namespace, in any order, and the unambiguous names of resources. Returns the files, and the triggers that were
 * skipped and why. Each trigger is read back from its text and skipped if any key differs.
 */
export function exportSet(live: readonly LiveTrigger[], names: Names, options: ExportOptions): Exported {
  const skipped: Exported["skipped"] = [];
  const chosen = named(chosenFrom(live, options, skipped), live, names);
  const variables = new Variables();
  for (const { live: trigger, name } of chosen)
    definitionOf(trigger, asLiteral(name), names, (label, secret) => {
      variables.note(label, secret, name);
      return label;
    });
  const variable = (label: string, secret: string): string => variables.nameOf(label, secret);
  const ready: Ready[] = [];
  for (const one of chosen) {
    const key = asLiteral(one.name);
    const written = definitionOf(one.live, key, names, variable);
    const reason = "reason" in written ? written.reason : misread(one, key, written, options.namespace);
    if (reason !== undefined) skipped.push({ trigger: one.name, reason });
    else if (!("reason" in written))
      ready.push({
        ...one,
        key,
        written,
        text: { key, body: written.body, comments: commentsOf(one, written) },
      });
  }
  const used = [...new Set(ready.flatMap(({ written }) => [...written.variables.keys()]))].sort();
  return {
    files: filesOf(ready, used, options),
    skipped,
    count: ready.length,
    nameless: ready.filter(({ live: { name } }) => name === undefined).length,
    variables: used,
  };
}

/** The triggers that the user can declare. Those that have a name have a unique one. */
function chosenFrom(
  live: readonly LiveTrigger[],
  { owners }: ExportOptions,
  skipped: Exported["skipped"],
): LiveTrigger[] {
  const first = new Map<string, LiveTrigger>();
  return live.filter((trigger) => {
    const { trigger_id: id, name } = trigger;
    const skip = (reason: string): false => {
      skipped.push({ trigger: name ?? id, reason });
      return false;
    };
    if (isGone(trigger)) return skip("it is deleted (disabled)");
    const owner = owners?.get(id);
    if (owner !== undefined)
      return skip(
        `the schedule of collection ${JSON.stringify(owner)} created and manages it: change it there`,
      );
    if (name === undefined) return true;
    const twin = first.get(name);
    if (twin)
      return skip(
        `${twin.trigger_id} has the same name, and this is ${id}: rename one of them, then export again`,
      );
    first.set(name, trigger);
    return true;
  });
}

/** Sorted by name, since the service may list them in a different order each time. */
function named(chosen: readonly LiveTrigger[], live: readonly LiveTrigger[], names: Names): Named[] {
  const counts = countsOf(live.filter((trigger) => !isGone(trigger)).flatMap(({ name }) => name ?? []));
  const nameless = chosen.filter(({ name }) => name === undefined);
  const made = countsOf(nameless.map((trigger) => madeName(trigger, names)));
  const taken = new Set(counts.keys());
  const nameFor = (trigger: LiveTrigger): string => {
    const name = madeName(trigger, names);
    // With its id as the suffix, the name stays the same when another trigger of the same kind is added.
    const own =
      taken.has(name) || made.get(name)! > 1 ? `${name}-${slug(trigger.trigger_id, "trigger")}` : name;
    const free = uniqueName(own, taken);
    taken.add(free);
    return free;
  };
  return chosen
    .map((trigger): Named => {
      const { name } = trigger;
      return name === undefined
        ? { live: trigger, name: nameFor(trigger), byId: true }
        : { live: trigger, name, byId: counts.get(name)! > 1 };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a trigger does, to what and when: `cluster-product-clusters-cron-0-2-x-x-x`. */
function madeName(live: LiveTrigger, names: Names): string {
  const parts = VARIANTS.flatMap(({ type, config, table }) => {
    const [main, key] =
      Object.entries(lookUp(table, live[type])?.keys ?? {}).find(([, { required }]) => required) ?? [];
    const value = main === undefined ? undefined : live[config][main];
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    return [live[type], (key?.ref && names(key.ref, text)) ?? text];
  });
  return slug(parts.join(" ").replaceAll("*", " x "), "trigger");
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** What the files would lose or change; undefined if nothing. */
function misread(
  { live, byId }: Named,
  key: string,
  written: Written,
  namespace: string,
): string | undefined {
  const { source, issues } = readSource(
    "definition",
    definitionsText([{ key, body: written.body, comments: [] }], []),
  );
  const { source: around, issues: own } = readSource(
    "environment",
    environmentText(asLiteral(namespace), adopted([{ live, byId, key }]), { top: [], adopt: [] }),
  );
  const environment = new Environment(around?.value, around, (name) => written.variables.get(name));
  const set = desiredSet(definitionsFrom(source ? [source] : []), environment);
  const issue = [...issues, ...own, ...set.issues].find(isError);
  const [declaration] = set.declarations;
  if (issue || !declaration) return `it cannot be written as YAML${issue ? `: ${issueText(issue)}` : ""}`;
  const { trigger } = resolve({ namespace, ...declaration.trigger }, ({ text }) =>
    written.references.get(text),
  );
  const [change] = diffTrigger(trigger, undefined, live);
  return change && `its ${change.path.join(".")} would read back as another value`;
}

const adopted = (all: readonly Pick<Ready, "live" | "byId" | "key">[]): Map<string, string> =>
  new Map(all.filter(({ byId }) => byId).map(({ key, live }) => [key, live.trigger_id]));

/** What a reader of the definition must know. */
function commentsOf({ live, byId }: Named, { variables, leftOut }: Written): string[] {
  const failures = live.health.consecutive_failures;
  return [
    ...(live.status === "failed"
      ? [
          `The live trigger has the status failed${failures ? ` after ${counted(failures, "failed run")}` : ""}, and keeps it. To resume the trigger, write status: active here.`,
        ]
      : []),
    ...(live.name === undefined ? ["Has no name in the API: this key describes what it does."] : []),
    ...(byId ? [`Found by its id, ${live.trigger_id}, which is in the environment file.`] : []),
    ...(variables.size > 0 ? [`Secrets are not exported: set ${[...variables.keys()].join(", ")}.`] : []),
    ...(leftOut.length > 0
      ? [`Left out, because a definition cannot contain it: ${leftOut.join(", ")}.`]
      : []),
  ];
}

const topOf = (namespace: string): string[] => [
  `Exported from namespace ${JSON.stringify(namespace)} by mixpeek-triggers export.`,
  "Only paused triggers have a status here. Active ones have none, so that manual pauses are respected.",
];

function filesOf(
  ready: readonly Ready[],
  variables: readonly string[],
  options: ExportOptions,
): Exported["files"] {
  if (ready.length === 0) return {};
  const { namespace, split } = options;
  const stem = stemOf(namespace);
  const files: [string, string][] = [];
  const taken = new Set<string>();
  for (const { name, text } of split ? ready : []) {
    const file = uniqueName(slug(name, "trigger"), taken);
    taken.add(file);
    files.push([`triggers/${stem}/${file}.yaml`, definitionsText([text], topOf(namespace))]);
  }
  if (!split) {
    const all = ready.map(({ text }) => text);
    files.push([`triggers/${stem}.yaml`, definitionsText(all, topOf(namespace))]);
  }
  const comments = {
    top:
      variables.length > 0
        ? [
            `Set these environment variables where preview, up and drift run, because secrets are not exported: ${variables.join(", ")}.`,
          ]
        : [],
    adopt: [
      "These triggers cannot be found by name: they have no name, or another trigger has the same one.",
      "Remove these lines after `up` has adopted the triggers.",
    ],
  };
  files.push([`environments/${stem}.yaml`, environmentText(asLiteral(namespace), adopted(ready), comments)]);
  return Object.fromEntries(files);
}
