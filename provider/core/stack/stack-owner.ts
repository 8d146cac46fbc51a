import { equalJson } from "../schema/equality";

/** The owner of a stack. It is recorded in the stack's own state, so that every backend stores it. */
export interface StackOwner {
  /** The repository's id; absent if it has none, as in a folder outside git. */
  repository?: string;
  /** The environment file, relative to the project folder, such as `environments/prod.yaml`. */
  environment?: string;
  /** The environment's namespace, as a name or id. */
  namespace?: string;
  /** Where the state was moved to, without credentials. This stack is then only a backup, and no run may use it. */
  movedTo?: string;
}

/** Facts about a recorded owner that the record itself does not contain. */
export interface OwnerFacts {
  /** The state is inside the repository, so no other repository can reach it. */
  privateState: boolean;
  /** The recorded environment file is no longer in this repository. */
  environmentIsGone: boolean;
  /** Whether two namespaces are the same, for example a name and its `ns_…` id. */
  sameNamespace: (recorded: string, current: string) => boolean;
}

export type OwnerMismatch = "repository" | "environment" | "namespace";

/**
 * How a run differs from the stack's owner. A stack without a record, or with a partial one, belongs to anyone; the
 * next `up` completes the record. If the recorded environment file is gone, but repository and namespace are the
 * same, the file was renamed.
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

/** What a run records about a stack's owner; undefined if the state has it already. */
export function ownerChangeText(recorded: StackOwner | undefined, current: StackOwner): string | undefined {
  if (recorded && equalJson(recorded, current)) return undefined;
  const before = recorded ? ownerText(recorded) : "none recorded";
  return `Owner of this stack: ${before}; it becomes ${ownerText(current)}.`;
}

/**
 * The id of a repository, from the URL of its git remote: the same for ssh and https, with and without credentials,
 * port or `.git`. undefined if the text is not a URL.
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
