import type { Path } from "../issues/issue";
import { isObject } from "../json/is-object";

/** Replaces each string that contains `${`. Unchanged parts stay the same objects. `path` is where the value is. */
export const replaceOpenTexts = (
  value: unknown,
  replace: (text: string, path: Path) => unknown,
  path: Path = [],
): unknown => replaceAt(value, replace, [...path]);

/** `at` is one list for the whole walk: few strings contain `${`, and only those need their path copied. */
function replaceAt(
  value: unknown,
  replace: (text: string, path: Path) => unknown,
  at: (string | number)[],
): unknown {
  if (typeof value === "string") return value.includes("${") ? replace(value, [...at]) : value;
  if (Array.isArray(value)) {
    let items: unknown[] | undefined;
    for (const [index, inner] of value.entries()) {
      const replaced = replaceBelow(index, inner, replace, at);
      if (replaced === inner) continue;
      items ??= [...value];
      items[index] = replaced;
    }
    return items ?? value;
  }
  if (!isObject(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const replaced = replaceBelow(key, value[key], replace, at);
    if (replaced === value[key]) continue;
    copy ??= { ...value };
    copy[key] = replaced;
  }
  return copy ?? value;
}

function replaceBelow(
  step: string | number,
  inner: unknown,
  replace: (text: string, path: Path) => unknown,
  at: (string | number)[],
): unknown {
  at.push(step);
  const replaced = replaceAt(inner, replace, at);
  at.pop();
  return replaced;
}
