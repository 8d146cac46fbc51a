import type { Given, Option } from "./command";

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
