import { equalJson } from "../schema/equality";

/** Whom a stack belongs to. It is recorded in the stack's own state, so that every backend keeps it. */
export interface StackOwner {
  /** The repository's id; absent where it has none, such as a folder outside of git. */
  repository?: string;
  /** The environment's file, from the project's folder, such as `environments/prod.yaml`. */
  environment?: string;
  /** The environment's namespace, by name or id. */
  namespace?: string;
  /** Where the state was moved to, without credentials; what is in this stack is then a backup, and no run may use it. */
  movedTo?: string;
}

/** What is known about a recorded owner beside its words. */
export interface OwnerFacts {
  /** The state lies inside the repository: no other repository can reach it. */
  privateState: boolean;
  /** The environment file that is recorded is no longer in this repository. */
  environmentIsGone: boolean;
  /** Whether two namespaces are one, such as a name and its `ns_…` id. */
  sameNamespace: (recorded: string, current: string) => boolean;
}

export type OwnerMismatch = "repository" | "environment" | "namespace";

/**
 * In what a run differs from the stack's owner. A stack without a record, or without a part of it, is anyone's: it gets
 * the record at the next `up`. An environment file that is gone, in the same repository and namespace, was renamed.
 */
export function ownerMismatch(
  recorded: StackOwner | undefined,
  current: StackOwner,
  facts: OwnerFacts,
): OwnerMismatch | undefined {
  if (!recorded) return undefined;
  const differs = (part: keyof StackOwner): boolean =>
    recorded[part] !== undefined && recorded[part] !== current[part];
  if (!facts.privateState && differs("repository")) return "repository";
  if (current.environment !== undefined && differs("environment") && !facts.environmentIsGone)
    return "environment";
  const { namespace: before } = recorded;
  const { namespace: now } = current;
  if (before === undefined || now === undefined || before === now) return undefined;
  return facts.sameNamespace(before, now) ? undefined : "namespace";
}

/** `environments/prod.yaml of github.com/acme/search, namespace "prod"`. */
export function ownerText({ repository, environment, namespace }: StackOwner): string {
  const what = [
    environment ?? "an unknown environment",
    ...(repository === undefined ? [] : [`of ${repository}`]),
  ];
  return `${what.join(" ")}${namespace === undefined ? "" : `, namespace "${namespace}"`}`;
}

/** What a run records of a stack's owner; undefined where the state has it already. */
export function ownerChangeText(recorded: StackOwner | undefined, current: StackOwner): string | undefined {
  if (recorded && equalJson(recorded, current)) return undefined;
  const before = recorded ? ownerText(recorded) : "none recorded";
  return `Owner of this stack: ${before}; it becomes ${ownerText(current)}.`;
}

/**
 * The id of a repository by the URL of its git remote: the same for ssh and https, with and without credentials, port
 * and `.git`. undefined for what is no address.
 */
export function remoteId(url: string): string | undefined {
  const text = url.trim();
  const scp = /^(?:[^@\s/]+@)?([^:/\s]+):(?!\/\/)(\S+)$/.exec(text);
  const whole = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@\s/]*@)?([^:/\s]*)(?::\d+)?\/(\S+)$/i.exec(text);
  const [, host, path] = whole ?? scp ?? [];
  const place = path === undefined ? (text.startsWith("/") ? text.slice(1) : undefined) : path;
  const clean = place?.replace(/^\/+|\/+$/g, "").replace(/\.git$/i, "");
  if (!clean) return undefined;
  return [host, clean].filter(Boolean).join("/").toLowerCase();
}
