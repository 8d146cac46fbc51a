import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Drifted } from "../../core/comparison/drift";
import type { Declaration } from "../../core/definitions/desired";
import { type Acceptance, acceptInto } from "../../core/export/accept";
import { isObject } from "../../core/schema/validate";
import { readSource } from "../../core/yaml/source";
import type { Root } from "../../files/read";

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
    if (gone) lines.push(`${name}: is deleted live. Take its definition out, or run up to create it again.`);
    for (const { path, live, secret } of changes) {
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
      const taken = byFile.get(file) ?? [];
      byFile.set(file, taken);
      taken.push({ trigger: name, path, value: live });
    }
  }
  for (const [file, accepted] of byFile) {
    const path = resolve(root.cwd, file);
    const before = readFileSync(path, "utf8");
    const own = accepted.map((each) => withoutPrefix(each, file, before));
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

/** What the file itself puts before every description is not written into one. */
function withoutPrefix(acceptance: Acceptance, file: string, text: string): Acceptance {
  const { path, value } = acceptance;
  if (path.length !== 1 || path[0] !== "description" || typeof value !== "string") return acceptance;
  const read = readSource(file, text).source?.value;
  const defaults = isObject(read) ? read["defaults"] : undefined;
  const prefix = isObject(defaults) ? defaults["description_prefix"] : undefined;
  const starts = typeof prefix === "string" && value.startsWith(prefix);
  return starts ? { ...acceptance, value: value.slice(prefix.length) } : acceptance;
}
