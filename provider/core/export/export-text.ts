import { type Document, dump, SCALAR_STYLE, visit } from "js-yaml";
import type { JsonObject } from "../schema/model";

/** One definition as it is written to a file, with its comments. */
export interface DefinitionText {
  /** Its key under `triggers`. */
  key: string;
  body: JsonObject;
  comments: readonly string[];
}

/** A definitions file: a comment at the top, then the definitions in the given order. */
export function definitionsText(definitions: readonly DefinitionText[], comments: readonly string[]): string {
  const blocks = definitions.map(
    (definition) =>
      `${commentText(definition.comments, "  ")}${below("triggers", { [definition.key]: definition.body })}`,
  );
  return `${commentText(comments)}triggers:\n${blocks.join("\n")}`;
}

/** An environment file. `adopt`: ids by key, for triggers that cannot be found by name alone. */
export function environmentText(
  namespace: string,
  adopt: ReadonlyMap<string, string>,
  comments: { top: readonly string[]; adopt: readonly string[] },
): string {
  const start = `${commentText(comments.top)}${yaml({ namespace })}`;
  if (adopt.size === 0) return start;
  const overrides = Object.fromEntries([...adopt].map(([key, id]) => [key, { adopt: id }]));
  return `${start}overrides:\n${commentText(comments.adopt, "  ")}${below("overrides", overrides)}`;
}

/** The YAML lines of a map below its key. */
const below = (key: string, value: JsonObject): string => yaml({ [key]: value }).slice(`${key}:\n`.length);

const commentText = (lines: readonly string[], indent = ""): string =>
  // A line break in a name must not end the comment.
  lines.map((line) => `${indent}# ${line.replaceAll(/[\p{C}\u2028\u2029]/gu, " ")}\n`).join("");

/** Block style, without folding or anchors: the easiest to review line by line. */
const yaml = (value: JsonObject): string =>
  dump(value, { lineWidth: -1, noRefs: true, quoteStyle: "double", transform: quoteCron });

/** Quoted, since an unquoted cron expression breaks as soon as someone changes it to start with *. */
function quoteCron(documents: Document[]): void {
  visit(documents, (node) => {
    if (node.kind !== "mapping") return;
    for (const { key, value } of node.items) {
      if (key.kind === "scalar" && key.value === "cron_expression" && value.kind === "scalar")
        value.style = SCALAR_STYLE.DOUBLE_QUOTED;
    }
  });
}

/** Some systems reject longer file names. */
const LONGEST_NAME = 80;

/** Names that Windows reserves for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A text as lowercase ASCII words joined by hyphens; `otherwise` if no characters are left. */
export function slug(text: string, otherwise: string): string {
  const words = plain(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-");
  const short = words.slice(0, LONGEST_NAME).replaceAll(/^[-_]+|[-_]+$/g, "");
  return short === "" || DEVICE.test(short) ? [short, otherwise].filter(Boolean).join("-") : short;
}

/** The name of an environment's file and thus of its stack: the namespace's name, if it is valid as both. */
export const stemOf = (namespace: string): string =>
  /^[A-Za-z0-9][\w.-]*$/.test(namespace) && namespace.length <= LONGEST_NAME && !DEVICE.test(namespace)
    ? namespace
    : slug(namespace, "namespace");

/** A text as the name of an environment variable; empty if no characters are left. */
export const upperName = (text: string): string =>
  plain(text)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");

/** Letters without their accents. */
const plain = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "");

/** `name`, or `name` with the first number that makes it unique. */
export function uniqueName(name: string, taken: ReadonlySet<string>, separator = "-"): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}${separator}${number}`)) number += 1;
  return `${name}${separator}${number}`;
}
