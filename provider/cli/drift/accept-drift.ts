import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Drifted } from "../../core/comparison/drift";
import { type DesiredSet, desiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import { type Acceptance, acceptInto, type Refusal } from "../../core/export/accept-into-yaml";
import { brokenBy, invalidText, refusalOf, writtenValue } from "../../core/export/acceptable";
import { type Issue, isError, type Path } from "../../core/issues/issue";
import { counted } from "../../core/text/plural";
import { readSource } from "../../core/yaml/yaml-source";
import { environmentFiles } from "../../files/environments";
import { loadDefinitions, loadEnvironment } from "../../files/load";
import type { Root } from "../../files/read";

interface AcceptDriftOptions {
  /** Also write fields that were edited in the definitions. */
  overwrite: boolean;
  /** The globs of the definitions files. */
  definitions?: readonly string[] | undefined;
}

/**
 * Writes drifted values into the definitions; comments, order and references are kept. Writes nothing of a trigger
 * whose definition would then be invalid, in this or in another environment. `environment`: the path of the
 * environment's file. Returns a line for each written file, with the other environments that it changes, and a line for
 * each value that was not written, with the reason.
 */
export function acceptDrift(
  drifted: readonly Drifted[],
  declarations: readonly Declaration[],
  environment: string,
  root: Root,
  { overwrite, definitions }: AcceptDriftOptions,
): string[] {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const byFile = new Map<string, Acceptance[]>();
  const lines: string[] = [];
  const { source } = readSource(environment, readFileSync(resolve(root.cwd, environment), "utf8"));
  const isOverridden = (trigger: string, path: Path): boolean =>
    source?.has(["overrides", trigger, ...path]) === true;
  for (const { plan, changes, gone } of drifted) {
    const { name } = plan;
    if (gone)
      lines.push(
        `${name}: the live trigger was deleted. Remove its definition, or run up to create it again.`,
      );
    for (const change of changes) {
      const declaration = byName.get(name);
      const refusal = refusalOf(name, change, declaration, { environment, isOverridden, overwrite });
      if (refusal !== undefined || !declaration) {
        lines.push(...(refusal === undefined ? [] : [refusal]));
        continue;
      }
      const { file } = declaration.place(change.path);
      const taken = byFile.get(file) ?? [];
      byFile.set(file, taken);
      taken.push({ trigger: name, path: change.path, value: writtenValue(change, declaration) });
    }
  }
  const { edits, sets, invalid } = validEdits(byFile, environment, root, definitions);
  lines.push(...invalid);
  for (const { file, text, isChanged, taken, refused } of edits) {
    if (isChanged) {
      writeFileSync(resolve(root.cwd, file), text);
      lines.push(`wrote ${file}: ${counted(taken.length, "live value")}`);
      for (const other of sharing(taken, file, sets))
        if (other !== environment)
          lines.push(`${other} also uses this definition: run preview before its next up.`);
    }
    for (const { trigger, path: refusedPath, reason } of refused)
      lines.push(`${trigger}: ${refusedPath.join(".")} ${reason}`);
  }
  return lines;
}

interface Edit {
  file: string;
  text: string;
  isChanged: boolean;
  taken: readonly Acceptance[];
  refused: readonly Refusal[];
}

/** What one environment declares. */
type NamedSet = DesiredSet & { file: string };

/**
 * The new texts of the files, without the values of triggers whose definitions would then be invalid; `invalid` has a
 * line for each of these. `sets`: what each environment declares after the edits. Writes nothing.
 */
function validEdits(
  byFile: ReadonlyMap<string, readonly Acceptance[]>,
  environment: string,
  root: Root,
  definitions: readonly string[] | undefined,
): { edits: Edit[]; sets: NamedSet[]; invalid: string[] } {
  const invalid: string[] = [];
  const excluded = new Set<string>();
  let before: NamedSet[] | undefined;
  for (;;) {
    const edits = [...byFile].map(([file, accepted]) =>
      editOf(
        file,
        accepted.filter(({ trigger }) => !excluded.has(trigger)),
        root,
      ),
    );
    const changed = edits.filter(({ isChanged }) => isChanged);
    if (changed.length === 0) return { edits, sets: [], invalid };
    const texts = new Map(changed.map(({ file, text }) => [file, text]));
    const sets = setsOf(environment, root, definitions, texts);
    const taken = changed.flatMap((edit) => edit.taken);
    const names = new Set(taken.map(({ trigger }) => trigger));
    const broken = new Map<string, { issue: Issue; file: string }>();
    for (const { file, issues } of sets.filter((set) => set.issues.some(isError))) {
      before ??= setsOf(environment, root, definitions);
      const known = before.find((set) => set.file === file)?.issues ?? [];
      for (const [name, issue] of brokenBy(names, known, issues))
        if (!broken.has(name)) broken.set(name, { issue, file });
    }
    if (broken.size === 0) return { edits, sets, invalid };
    for (const [name, { issue, file }] of broken) {
      excluded.add(name);
      const paths = taken.filter(({ trigger }) => trigger === name).map(({ path }) => path);
      invalid.push(invalidText(name, paths, file, issue));
    }
  }
}

function editOf(file: string, accepted: readonly Acceptance[], root: Root): Edit {
  const before = readFileSync(resolve(root.cwd, file), "utf8");
  const { text, refused } = acceptInto(before, accepted);
  const taken = accepted.filter((each) => !refused.some((other) => isSame(each, other)));
  return { file, text, isChanged: text !== before, taken, refused };
}

const isSame = (a: { trigger: string; path: Path }, b: { trigger: string; path: Path }): boolean =>
  a.trigger === b.trigger && a.path.join() === b.path.join();

/** What each environment declares, this one first. `texts`: of definitions files, instead of their content. */
function setsOf(
  environment: string,
  root: Root,
  definitions: readonly string[] | undefined,
  texts: ReadonlyMap<string, string> = new Map(),
): NamedSet[] {
  const own = definitions ? { definitions } : {};
  const options = { root, env: process.env, ...own, ignoreEnv: true, texts };
  const all = loadDefinitions(options);
  const files = new Set([environment, ...environmentFiles(root).files]);
  return [...files].map((file) => ({ file, ...desiredSet(all, loadEnvironment(file, options)) }));
}

/** The environments that use a value from a definitions file, that is, that do not override it. */
const sharing = (taken: readonly Acceptance[], file: string, sets: readonly NamedSet[]): string[] =>
  sets
    .filter(({ declarations }) =>
      declarations.some(({ name, place }) =>
        taken.some(({ trigger, path }) => trigger === name && place(path).file === file),
      ),
    )
    .map((other) => other.file);
