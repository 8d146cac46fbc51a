import { existsSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../../core/json/safe-text";
import { urlWithoutCredentials } from "../../core/report/redact";
import { type OwnerMismatch, ownerMismatch, ownerText, type StackOwner } from "../../core/stack/stack-owner";
import { type Project, shellWord } from "../project/project";
import { type StackState, savedOwner } from "./stack-state";

/** Why a run must not use a stack. The message says who owns the stack and how to continue. */
export interface OwnerRefusal {
  code: "STACK_MOVED" | "STACK_OF_ANOTHER" | "STACK_OF_A_PROGRAM" | "STATE_UNTRUSTED";
  message: string;
}

/**
 * Why a run must not use a stack: its state was moved elsewhere or contains code that is not this package's; it belongs
 * to another repository, environment or namespace; or a Pulumi program declares it. `state`: what the stack records.
 * `current`: the owner that this run would record.
 */
export function ownerRefusal(
  command: string,
  project: Project,
  state: StackState,
  current: StackOwner,
  { takeOver, sameNamespace }: { takeOver: boolean; sameNamespace: (a: string, b: string) => boolean },
): OwnerRefusal | undefined {
  const start = startOf(command, project);
  const moved = movedText(command, project, state.owner);
  if (moved !== undefined) return { code: "STACK_MOVED", message: moved };
  const [untrusted] = state.untrustedCode;
  if (untrusted !== undefined) {
    const message = `${start}: its state holds code for ${untrusted} that this package did not write, and the engine would run it with your API key. Somebody may have edited the state: compare it (\`pulumi stack export\`) with a backup, or restore the backup (\`pulumi stack import\`) [STATE_UNTRUSTED].`;
    return { code: "STATE_UNTRUSTED", message };
  }
  const [first] = state.foreign;
  if (first !== undefined) {
    const more = state.foreign.length > 1 ? ` and ${state.foreign.length - 1} more` : "";
    const message = `${start}: it holds ${first}${more}, which a Pulumi program declares; \`up\` and \`destroy\` would delete it. Run that program with \`pulumi up\`, or give these definitions a project of their own with --project [STACK_OF_A_PROGRAM].`;
    return { code: "STACK_OF_A_PROGRAM", message };
  }
  const mismatch = ownerMismatch(state.owner, current, {
    privateState: project.backend.from === "local",
    environmentIsGone: !existsSync(join(project.cwd, state.owner?.environment ?? "")),
    sameNamespace,
  });
  if (!mismatch || takeOver) return undefined;
  const owner = state.owner!;
  const message = `${start}: it belongs to ${ownerText(owner)}, and this run is for ${ownerText(current)}. ${FIX[mismatch](owner)} To take the stack over, run preview with --take-over and read what it creates, replaces and deletes, then up with --take-over [STACK_OF_ANOTHER].`;
  return { code: "STACK_OF_ANOTHER", message };
}

/**
 * Throws STACK_MOVED if the state was moved away after this run read it. Only on file backends: on others, this check
 * costs as much as reading the state again.
 */
export function refuseMoved(command: string, project: Project): void {
  const message = movedText(command, project, savedOwner(project));
  if (message !== undefined) throw Object.assign(new Error(message), { code: "STACK_MOVED" });
}

const startOf = (command: string, { stack, name }: Project): string =>
  `cannot ${VERBS[command] ?? command} stack "${stack}" of project "${name}"`;

function movedText(command: string, project: Project, owner: StackOwner | undefined): string | undefined {
  if (owner?.movedTo === undefined) return undefined;
  const { backend, selectedBy } = project;
  const moved = visible(owner.movedTo);
  const back = `mixpeek-triggers state move ${selectedBy} --to ${shellWord(urlWithoutCredentials(backend.url))}`;
  return `${startOf(command, project)}: its state was moved to ${moved}, and the state in ${backend.url} is a backup. Set PULUMI_BACKEND_URL to ${moved} and run again. If a move was interrupted, repeat its command. To move the state back, run \`${back}\` with that PULUMI_BACKEND_URL [STACK_MOVED].`;
}

/** Verbs for the commands whose names are not verbs. */
const VERBS: Readonly<Record<string, string>> = {
  up: "update",
  drift: "compare",
  adopt: "adopt into",
  "state move": "move",
};

const FIX: Readonly<Record<OwnerMismatch, (owner: StackOwner) => string>> = {
  repository: ({ repository }) =>
    `Check --project and PULUMI_BACKEND_URL. If both are the same repository, add \`mixpeek: { repository: ${repository} }\` to Pulumi.yaml.`,
  environment: () => "Two environments never share a stack: check which file this run is for.",
  namespace: ({ namespace }) =>
    `Restore namespace: ${namespace}, or write another environment file for the new namespace.`,
};
