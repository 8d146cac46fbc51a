import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Drifted } from "../../core/comparison/drift";
import type { Declaration } from "../../core/definitions/declaration";
import { type Acceptance, acceptInto } from "../../core/export/accept";
import type { Path } from "../../core/issues/issue";
import { isObject } from "../../core/json/is-object";
import type { FieldChange } from "../../core/plan/diff";
import { valueText } from "../../core/plan/explain";
import { readSource } from "../../core/yaml/source";
import type { Root } from "../../files/read";

/**
 * Writes what drifted into the definitions: comments, order and references stay. In: the drift, the declarations it is
 * of, the environment's file; whether fields that were edited in the definitions too are overwritten. Out: a line for each
 * file that was written and for each value that was not, with why.
 */
export function acceptDrift(
  drifted: readonly Drifted[],
  declarations: readonly Declaration[],
  environment: string,
  root: Root,
  { overwrite }: { overwrite: boolean },
): string[] {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const byFile = new Map<string, Acceptance[]>();
  const lines: string[] = [];
  for (const { plan, changes, gone } of drifted) {
    const { name } = plan;
    if (gone) lines.push(`${name}: is deleted live. Take its definition out, or run up to create it again.`);
    for (const change of changes) {
      const { path, live, secret, cause } = change;
      if (cause === "quiet" || cause === "quiet over") {
        lines.push(`${name}: status is planned quiet of the environment: up or drift --fix carries it out.`);
        continue;
      }
      const declaration = byName.get(name);
      // A definition has these under its own key, not as a field.
      if (!declaration || path[0] === "name" || path[0] === "namespace") {
        lines.push(
          `${name}: ${path.join(".")} is not accepted: rename or move it in the definitions, with replaces.`,
        );
        continue;
      }
      const { file, line } = declaration.place(path);
      if (file === environment) {
        lines.push(
          `${name}: ${path.join(".")} is set in ${file}:${line}: change it there, since it is one environment's own.`,
        );
        continue;
      }
      if (secret) {
        lines.push(`${name}: ${path.join(".")} is a secret: put it where \${env:…} finds it.`);
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
  for (const [file, accepted] of byFile) {
    const path = resolve(root.cwd, file);
    const before = readFileSync(path, "utf8");
    const own = accepted.map(({ value, ...rest }) => ({
      ...rest,
      value:
        isDescription(rest.path) && typeof value === "string" ? withoutPrefix(value, file, before) : value,
    }));
    const { text, refused } = acceptInto(before, own);
    if (text !== before) {
      writeFileSync(path, text);
      const count = accepted.length - refused.length;
      lines.push(`wrote ${file}: ${count} live ${count === 1 ? "value" : "values"}`);
    }
    for (const { trigger, path: refusedPath, reason } of refused)
      lines.push(`${trigger}: ${refusedPath.join(".")} ${reason}`);
  }
  return lines;
}

/** Of two edits of one field, accepting the live one would lose the other. */
const conflictText = (trigger: string, { path, desired, live }: FieldChange, place: string): string =>
  `${trigger}: ${path.join(".")} is ${valueText(desired, false)} in ${place} and ${valueText(live, false)} live: both changed since it was last applied. Add --overwrite to accept the live value, or apply the definition instead [ACCEPT_CONFLICT].`;

/** Whether a description differs from what was applied by the file's prefix only: its own text was not edited. */
function isPrefixAlone({ path, desired, applied }: FieldChange, { place }: Declaration, root: Root): boolean {
  if (!isDescription(path) || typeof desired !== "string") return false;
  const { file } = place(path);
  return applied === withoutPrefix(desired, file, readFileSync(resolve(root.cwd, file), "utf8"));
}

const isDescription = (path: Path): boolean => path.length === 1 && path[0] === "description";

/** A description without what the file itself puts before every one. */
function withoutPrefix(description: string, file: string, text: string): string {
  const read = readSource(file, text).source?.value;
  const defaults = isObject(read) ? read["defaults"] : undefined;
  const prefix = isObject(defaults) ? defaults["description_prefix"] : undefined;
  const starts = typeof prefix === "string" && description.startsWith(prefix);
  return starts ? description.slice(prefix.length) : description;
}
