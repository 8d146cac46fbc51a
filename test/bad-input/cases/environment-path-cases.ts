import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../core/files";
import type { Environment } from "./environment-cases";

type Path = readonly [
  name: string,
  file: string,
  make: ((folder: string) => void) | undefined,
  code: string,
  fix: string,
];
const paths = (rows: readonly Path[]): Environment[] =>
  rows.map(([name, file, make, code, fix]) => ({ name, file, code, fix, ...(make ? { make } : {}) }));

const PATHS: readonly Path[] = [
  [
    "a file that does not exist",
    "environments/production.yaml",
    undefined,
    "FILE_NOT_FOUND",
    "Check the path",
  ],
  [
    "a misspelled file",
    "environments/prd.yaml",
    undefined,
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  [
    "another extension",
    "environments/prod.yml",
    undefined,
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  ["no extension", "environments/prod", undefined, "FILE_NOT_FOUND", "Did you mean environments/prod.yaml?"],
  ["a folder that does not exist", "envs/prod.yaml", undefined, "FILE_NOT_FOUND", "Check the path"],
  ["a folder", "environments", undefined, "FILE_UNREADABLE", "Name a file"],
  ["the folder itself", ".", undefined, "FILE_UNREADABLE", "Name a file"],
  [
    "a file as a folder",
    "environments/prod.yaml/x.yaml",
    undefined,
    "FILE_UNREADABLE",
    "Check its permissions",
  ],
  [
    "a file outside the repository",
    "../prod.yaml",
    (folder) => writeFileSync(join(folder, "../prod.yaml"), "{}"),
    "FILE_OUTSIDE",
    "inside the repository",
  ],
  ["a system file", "/etc/hostname", undefined, "FILE_OUTSIDE", "inside the repository"],
  [
    "a link out of the repository",
    "environments/link.yaml",
    (folder) => symlinkSync("/etc/hostname", join(folder, "environments/link.yaml")),
    "FILE_OUTSIDE",
    "inside the repository",
  ],
  [
    "a link to nothing",
    "environments/link.yaml",
    (folder) => symlinkSync("nowhere.yaml", join(folder, "environments/link.yaml")),
    "FILE_NOT_FOUND",
    "Check the path",
  ],
  [
    "a link to itself",
    "environments/link.yaml",
    (folder) => symlinkSync("link.yaml", join(folder, "environments/link.yaml")),
    "FILE_UNREADABLE",
    "what it links to",
  ],
  [
    "a name that is too long",
    `environments/${"a".repeat(300)}.yaml`,
    undefined,
    "USAGE",
    "in the file's name",
  ],
  [
    "a null byte in its name",
    "environments/prod\u0000.yaml",
    undefined,
    "FILE_UNREADABLE",
    "Check its permissions",
  ],
  [
    "a line break in its name",
    "environments/prod\n.yaml",
    undefined,
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  ["an empty name", "", undefined, "USAGE", "environments/prod.yaml"],
  [
    "no definitions folder",
    "environments/prod.yaml",
    (folder) => rmSync(join(folder, "triggers"), { recursive: true }),
    "FILE_NOT_FOUND",
    "--definitions",
  ],
  [
    "an empty definitions folder",
    "environments/prod.yaml",
    (folder) => rmSync(join(folder, "triggers/a.yaml")),
    "FILE_NOT_FOUND",
    "Put definitions there",
  ],
  [
    "a duplicate definition",
    "environments/prod.yaml",
    (folder) => writeFileSync(join(folder, "triggers/b.yaml"), nightly()),
    "NAME_DUPLICATE",
    "another name",
  ],
  [
    "a duplicate definition in two folders",
    "environments/prod.yaml",
    (folder) => {
      mkdirSync(join(folder, "triggers/deep/er"), { recursive: true });
      writeFileSync(join(folder, "triggers/deep/er/a.json"), '{"triggers":{"nightly":{}}}');
    },
    "NAME_DUPLICATE",
    "another name",
  ],
  [
    "a definition that is a link out of the repository",
    "environments/prod.yaml",
    (folder) => symlinkSync("/etc/hostname", join(folder, "triggers/link.yaml")),
    "FILE_OUTSIDE",
    "inside the repository",
  ],
];

/** Permissions do not apply to root. */
const LOCKED: readonly Path[] = [
  [
    "a file without read permission",
    "environments/prod.yaml",
    (folder) => chmodSync(join(folder, "environments/prod.yaml"), 0),
    "FILE_UNREADABLE",
    "Check its permissions",
  ],
];

/** Files that do not exist or cannot be read. */
export const ENVIRONMENT_PATHS: readonly Environment[] = [
  ...paths(PATHS),
  ...(process.getuid?.() === 0 ? [] : paths(LOCKED)),
];
