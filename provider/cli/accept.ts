import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Acceptance, acceptInto } from "../core/accept";
import type { Declaration } from "../core/desired";
import type { Drifted } from "../core/drift";
import type { Root } from "../files/read";

/**
 * Writes what drifted into the definitions: comments, order and references stay. In: the drift, the declarations it is
 * of, the environment's file. Out: a line for each file that was written and for each value that was not, with why.
 */
export function acceptDrift(
  drifted: readonly Drifted[],
  declarations: readonly Declaration[],
  environment: string,
  root: Root,
): string[] {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const byFile = new Map<string, Acceptance[]>();
  const lines: string[] = [];
  for (const { plan, changes, gone } of drifted) {
    const { name } = plan;
    if (gone) lines.push(`${name}: is deleted live. Take its definition out, or run up to make it again.`);
    for (const { path, live } of changes) {
      const declaration = byName.get(name);
      // A definition has these under its own key, not as a field.
      if (!declaration || path[0] === "name" || path[0] === "namespace") {
        lines.push(`${name}: ${path.join(".")} is not accepted: rename or move it by hand, with replaces.`);
        continue;
      }
      const { file, line } = declaration.place(path);
      if (file === environment) {
        lines.push(
          `${name}: ${path.join(".")} stands in ${file}:${line}: change it there, since it is one environment's own.`,
        );
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
    const { text, refused } = acceptInto(before, accepted);
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
