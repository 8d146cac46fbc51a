// Helpers for the generated docs: tables, and the keys of the field table in them.
import { boundsOf, jsonSchema } from "./table.mjs";

export const code = (text) => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

export function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** A fenced code block of a file, with its name. */
export const file = (name, text) => ["```yaml", `# ${name}`, ...text.trimEnd().split("\n"), "```"];

/** All keys, including nested ones. `title` is the header of the first column. Empty columns are left out. */
export function keyTable(keys, title) {
  const head = [title, "Type", "Default", "Bounds", "Since", "Description"];
  const rows = keyRows(keys, "");
  const used = (cells) => cells.filter((_, column) => rows.some((row) => row[column] !== ""));
  return table(used(head), rows.map(used));
}

function keyRows(keys, prefix) {
  return Object.entries(keys).flatMap(([name, key]) => [
    [
      code(prefix + name),
      typeOf(key),
      key.required ? "required" : key.default === undefined ? "" : code(JSON.stringify(key.default)),
      boundsOf(key) ?? "",
      key.since ?? "",
      described(key),
    ],
    ...(key.keys ? keyRows(key.keys, `${prefix}${name}.`) : []),
  ]);
}

export const described = ({ doc, example }) =>
  example === undefined ? doc : `${doc} Example: ${code(JSON.stringify(example))}`;

export function typeOf(key) {
  const schema = jsonSchema(key.type);
  if (schema.enum && key.ts !== "string") return schema.enum.map(code).join(", ");
  const variants = schema.anyOf ?? [schema];
  return variants
    .map(({ type, items }) =>
      type === "array" ? `list of ${items.type}s` : type === "object" ? "map" : type,
    )
    .join(" or ");
}
