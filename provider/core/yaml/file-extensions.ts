/** File extensions of definitions and environments, case-insensitive. */
export const EXTENSIONS: readonly string[] = ["yaml", "yml", "json"];

const EXTENSION = new RegExp(`\\.(${EXTENSIONS.join("|")})$`, "i");

export const hasExtension = (path: string): boolean => EXTENSION.test(path);

export const withoutExtension = (path: string): string => path.replace(EXTENSION, "");

/** An extension at the end of a glob or of one of its alternatives: `yaml`, `{yaml,yml}`, `@(yaml|yml)`, `y*ml`. */
const GLOB_EXTENSION =
  /(?<=[^/.])\.(\{[^{}/.]*\}|[^{}()[\]/.,|]*\([^()/.]*\)[^{}()[\]/.,|]*|[^{}()[\]/.,|]+)(?=$|[},|)])/g;

/** Makes the extension in a glob case-insensitive, and nothing else: `*.yaml` matches `a.YAML`. */
export const anyCaseExtension = (glob: string): string =>
  glob.replaceAll(GLOB_EXTENSION, (extension) => extension.replaceAll(/[a-z]/gi, bothCases));

const bothCases = (letter: string): string => `[${letter.toLowerCase()}${letter.toUpperCase()}]`;
