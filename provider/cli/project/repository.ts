import { relative, sep } from "node:path";
import { remoteId } from "../../core/stack/stack-owner";
import { type Root, rootOf } from "../../files/read";
import { originOf } from "./git-origin";
import type { Project } from "./project";

/**
 * The repository that a run is from. A backend that others use too keeps one stack for each project, environment and
 * repository: there a run without an id is refused. Throws an error with the code
 * REPOSITORY_UNKNOWN.
 */
export function runRepository(project: Project): string | undefined {
  const id = repositoryId(rootOf(project.cwd), project.repository);
  if (id !== undefined || project.backend.from === "local") return id;
  const code = "REPOSITORY_UNKNOWN";
  const message = `cannot open the stack: ${project.backend.from} names a backend that other repositories may use, and nothing identifies this one. Add a git remote called origin, or these two lines to Pulumi.yaml [${code}]:\n  mixpeek:\n    repository: my-team/${project.name}`;
  throw Object.assign(new Error(message), { code });
}

/**
 * The repository that a project's folder is in, as a stack records it. The id in Pulumi.yaml (`mixpeek: { repository:
 * … }`) counts; without one, the git remote `origin` and the folder below it do: each clone has them, whether it came by
 * ssh or https, and a repository that was made by copying another's files has its own. Mirrors, moved folders and
 * folders without a remote need the id. undefined where there is neither.
 */
function repositoryId(root: Root, configured: string | undefined): string | undefined {
  if (configured !== undefined) return configured;
  const remote = remoteId(originOf(root, process.env) ?? "");
  if (remote === undefined) return undefined;
  const folder = relative(root.repository, root.cwd).split(sep).join("/");
  return folder === "" ? remote : `${remote}/${folder}`;
}
