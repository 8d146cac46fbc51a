import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Drifted } from "../../core/comparison/drift";
import { desiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import type { FieldChange } from "../../core/diff/diff";
import { type Acceptance, acceptInto } from "../../core/export/accept-into-yaml";
import type { Path } from "../../core/issues/issue";
import { isObject } from "../../core/json/is-object";
import { valueText } from "../../core/plan/explain";
import { counted } from "../../core/text/plural";
import { readSource } from "../../core/yaml/yaml-source";
import { environmentFiles } from "../../files/environments";
import { loadDefinitions, loadEnvironment } from "../../files/load";
import type { Root } from "../../files/read";

/**
 * Writes drifted values into the definitions; comments, order and references are kept. `environment`: the path of the
 * environment's file. `overwrite`: also write fields that were edited in the definitions. `definitions`: the globs of
 * the definitions files. Returns a line for each written file, with the other environments that it changes, and a line
 * for each value that was not written, with the reason.
 */
export function acceptDrift(
  drifted: readonly Drifted[],
  declarations: readonly Declaration[],
  environment: string,
  root: Root,
  { overwrite, definitions }: { overwrite: boolean; definitions?: readonly string[] | undefined },
): string[] {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const byFile = new Map<string, Acceptance[]>();
  const lines: string[] = [];
  for (const { plan, changes, gone } of drifted) {
    const { name } = plan;
    if (gone)
      lines.push(
        `${name}: the live trigger was deleted. Remove its definition, or run up to create it again.`,
      );
    for (const change of changes) {
      const { path, live, secret, cause } = change;
      if (cause === "quiet" || cause === "quiet over") {
        lines.push(`${name}: status differs because of planned quiet: run up or drift --fix to apply it.`);
        continue;
      }
      const declaration = byName.get(name);
      if (!declaration || path[0] === "name" || path[0] === "namespace") {
        lines.push(notAField(name, change));
        continue;
      }
      const { file, line } = declaration.place(path);
      if (file === environment) {
        lines.push(
          `${name}: ${path.join(".")} is set in ${file}:${line}: change it there, because it belongs to one environment.`,
        );
        continue;
      }
      if (secret) {
        lines.push(`${name}: ${path.join(".")} is a secret: change the variable that \${env:…} reads.`);
        continue;
      }
      if (!overwrite && change.cause === "both changed" && !isPrefixAlone(change, declaration, root)) {
        lines.push(conflictText(name, change, `${file}:${line}`));
        continue;
      }
      const taken = byFile.get(file) ?? [];
      byFile.set(file, taken);
      taken.push({ trigger: name, path, value: live });
    }
  }
  const written = [...byFile].map(([file, accepted]) => writeInto(file, accepted, root));
  // Read once, after all files are written.
  const others = written.some(({ taken }) => taken.length > 0)
    ? otherSets(environment, root, definitions)
    : [];
  for (const { file, isChanged, taken, refused } of written) {
    if (isChanged) {
      lines.push(`wrote ${file}: ${counted(taken.length, "live value")}`);
      for (const other of sharing(taken, file, others))
        lines.push(`${other} also uses this definition: run preview before its next up.`);
    }
    for (const { trigger, path: refusedPath, reason } of refused)
      lines.push(`${trigger}: ${refusedPath.join(".")} ${reason}`);
  }
  return lines;
}

const isSame = (a: { trigger: string; path: Path }, b: { trigger: string; path: Path }): boolean =>
  a.trigger === b.trigger && a.path.join() === b.path.join();

function writeInto(file: string, accepted: readonly Acceptance[], root: Root) {
  const path = resolve(root.cwd, file);
  const before = readFileSync(path, "utf8");
  const own = accepted.map(({ value, ...rest }) => ({
    ...rest,
    value: isDescription(rest.path) && typeof value === "string" ? withoutPrefix(value, file, before) : value,
  }));
  const { text, refused } = acceptInto(before, own);
  const isChanged = text !== before;
  if (isChanged) writeFileSync(path, text);
  const taken = accepted.filter((each) => !refused.some((other) => isSame(each, other)));
  return { file, isChanged, taken, refused };
}

function otherSets(environment: string, root: Root, definitions: readonly string[] | undefined) {
  const options = { root, env: process.env, ...(definitions ? { definitions } : {}), ignoreEnv: true };
  const all = loadDefinitions(options);
  return environmentFiles(root)
    .files.filter((file) => file !== environment)
    .map((file) => ({ file, ...desiredSet(all, loadEnvironment(file, options)) }));
}

/** The environments that use a value from a definitions file, that is, that do not override it. */
const sharing = (
  taken: readonly Acceptance[],
  file: string,
  others: ReturnType<typeof otherSets>,
): string[] =>
  others
    .filter(({ declarations }) =>
      declarations.some(({ name, place }) =>
        taken.some(({ trigger, path }) => trigger === name && place(path).file === file),
      ),
    )
    .map((other) => other.file);

/** In a definition, the name is the key, and the namespace belongs to the environment. */
function notAField(trigger: string, { path, live }: FieldChange): string {
  if (path[0] !== "name")
    return `${trigger}: ${path.join(".")} cannot be accepted: change it in the definitions or the environment, or run drift --fix.`;
  const rename = `Rename the key to ${valueText(live, false)} and add replaces: ${trigger}, or run`;
  return `${trigger}: name cannot be accepted, because it is the key of the definition. ${live === undefined ? "Run" : rename} drift --fix to restore the name.`;
}

/** If a field was edited in both places, accepting the live value would lose the other edit. */
const conflictText = (trigger: string, { path, desired, live }: FieldChange, place: string): string =>
  `${trigger}: ${path.join(".")} is ${valueText(desired, false)} in ${place} and ${valueText(live, false)} live: both changed since it was last applied. Add --overwrite to accept the live value, or apply the definition instead [ACCEPT_CONFLICT].`;

/**
 * Whether a description differs from the applied one only by the file's prefix, that is, its own text was not edited.
 */
function isPrefixAlone({ path, desired, applied }: FieldChange, { place }: Declaration, root: Root): boolean {
  if (!isDescription(path) || typeof desired !== "string") return false;
  const { file } = place(path);
  return applied === withoutPrefix(desired, file, readFileSync(resolve(root.cwd, file), "utf8"));
}

const isDescription = (path: Path): boolean => path.length === 1 && path[0] === "description";

/** A description without the prefix that the file adds to all descriptions. */
function withoutPrefix(description: string, file: string, text: string): string {
  const read = readSource(file, text).source?.value;
  const defaults = isObject(read) ? read["defaults"] : undefined;
  const prefix = isObject(defaults) ? defaults["description_prefix"] : undefined;
  const starts = typeof prefix === "string" && description.startsWith(prefix);
  return starts ? description.slice(prefix.length) : description;
}
