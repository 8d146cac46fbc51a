import { issueText } from "../core/issue";
import { visible } from "../core/printed";
import { environmentFile } from "../files/environments";
import { rootOf } from "../files/read";
import type { Given, Option } from "./command";
import { shortened } from "./issues";

/** Options of every command that reads definitions. */
export const DEFINITIONS_OPTION: Readonly<Record<string, Option>> = {
  definitions: {
    value: "GLOB",
    doc: "definitions files; may be given again (default triggers/**/*.{yaml,yml,json})",
    multiple: true,
  },
};

export const definitionsOf = (given: Given): { definitions?: readonly string[] } => {
  const globs = given["definitions"] as string[] | undefined;
  return globs ? { definitions: globs } : {};
};

/** The path of the environment file that an option names. Throws FILE_NOT_FOUND and ENVIRONMENT_AMBIGUOUS. */
export function environmentFileOf(given: string): string {
  const { file, issues } = environmentFile(rootOf(process.cwd()), given);
  const [issue] = issues;
  if (issue === undefined) return file;
  throw Object.assign(new Error(visible(issueText(shortened(issue)))), { code: issue.code });
}
