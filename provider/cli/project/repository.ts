import { relative, sep } from "node:path";
import { remoteId } from "../../core/stack/stack-owner";
import { type Root, rootOf } from "../../files/read";
import { originOf } from "./git-origin";
import type { Project } from "./project";

/**
 * The repository of a run. A shared backend has one stack for each project, environment and repository, so a run
 * without a repository id is refused there. Throws an error with the code REPOSITORY_UNKNOWN.
 */
export function runRepository(project: Project): string | undefined {
  const id = repositoryId(rootOf(project.cwd), project.repository);
  if (id !== undefined || project.backend.from === "local") return id;
  const code = "REPOSITORY_UNKNOWN";
  const message = `cannot open the stack: ${project.backend.from} names a backend that other repositories may use, and nothing identifies this one. Add a git remote called origin, or these two lines to Pulumi.yaml [${code}]:\nmixpeek:\n  repository: my-team/${project.name}`;
  throw Object.assign(new Error(message), { code });
}

/**
 * The repository that contains a project's folder, as a stack records it. An id in Pulumi.yaml (`mixpeek: { repository:
 * … }`) takes precedence. Without one, it is the git remote `origin` plus the folder's path in it: these are the same
 * in every clone, by ssh or https, and differ in a repository that was copied from another. Mirrors, moved folders and
 * folders without a remote need the id. undefined if there is neither.
 */
function repositoryId(root: Root, configured: string | undefined): string | undefined {
  if (configured !== undefined) return configured;
  const remote = remoteId(originOf(root, process.env) ?? "");
  if (remote === undefined) return undefined;
  const folder = relative(root.repository, root.cwd).split(sep).join("/");
  return folder === "" ? remote : `${remote}/${folder}`;
}
