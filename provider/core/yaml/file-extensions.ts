/** Extensions of definitions and environments. They are read in any letter case. */
export const EXTENSIONS: readonly string[] = ["yaml", "yml", "json"];

const EXTENSION = new RegExp(`\\.(${EXTENSIONS.join("|")})$`, "i");

export const hasExtension = (path: string): boolean => EXTENSION.test(path);

export const withoutExtension = (path: string): string => path.replace(EXTENSION, "");

/** An extension at the end of a glob, or of an alternative in it: `yaml`, `{yaml,yml}`, `@(yaml|yml)`, `y*ml`. */
const GLOB_EXTENSION =
  /(?<=[^/.])\.(\{[^{}/.]*\}|[^{}()[\]/.,|]*\([^()/.]*\)[^{}()[\]/.,|]*|[^{}()[\]/.,|]+)(?=$|[},|)])/g;

/** A glob that matches extensions in any letter case and everything else exactly: `*.yaml` finds `a.YAML`. */
export const anyCaseExtension = (glob: string): string =>
  glob.replaceAll(GLOB_EXTENSION, (extension) => extension.replaceAll(/[a-z]/gi, bothCases));

const bothCases = (letter: string): string => `[${letter.toLowerCase()}${letter.toUpperCase()}]`;
