import type { IssueCode } from "../issues/issue";
import type { RefKind } from "../service/resource-kinds";
import type { Json } from "./model";
import type { ValueType } from "./value-type";

/** How two values of a key are compared; see equality.ts. */
export type Meaning =
  /** JSON equality without key order; null counts as absent. */
  | "plain"
  /** A five-field cron expression: `00 2 * * *` equals `0 2 * * *`. */
  | "cron"
  /** An IANA time zone: `Etc/UTC` equals `UTC`. */
  | "zone"
  /** A list in which order and duplicates do not matter. */
  | "set"
  /** A LogicalOperator: the order under AND, OR and NOT does not matter; null is a value. */
  | "filters"
  /** The user's own data: JSON equality without key order; null is a value. */
  | "data";

/** One key of an action_config or schedule_config: its allowed values, its meaning and its default in the API. */
export interface Key {
  type: ValueType;
  doc: string;
  /** Its TypeScript type. */
  ts: string;
  required?: true;
  /** The documented default; a live value equal to it is not drift. */
  default?: Json;
  /** A string that the API also returns for an absent key; a definition cannot contain it. */
  absent?: string;
  meaning?: Meaning;
  /** The value (or each item) is the id of a resource of this kind. */
  ref?: RefKind;
  /** A nested object of documented keys. */
  keys?: Keys;
  /** Values are shown as `[secret]` in reports. */
  secret?: true;
  /** Keys that are not secret in the items of a secret list, such as ids. */
  open?: readonly string[];
  /** The first API release that has the key; absent if all of them do. */
  since?: "2026-10";
  example?: Json;
}

export type Keys = Readonly<Record<string, Key>>;

/** A rule that involves several keys of one config. */
export interface Rule {
  doc: string;
  /** Breaking the rule is a warning with this code, not an error. */
  warning?: IssueCode;
  check: (config: Record<string, unknown>) => { key: string; message: string; hint: string } | undefined;
}

/** Bounds of a number that apply only with certain values of other keys; null in that list means absent. */
export interface Bound {
  doc: string;
  key: string;
  min: number;
  max: number;
  beside: Readonly<Record<string, readonly (string | null)[]>>;
}

export function breaks({ key, min, max, beside }: Bound, config: Record<string, unknown>): boolean {
  const value = config[key];
  if (typeof value !== "number" || (value >= min && value <= max)) return false;
  return Object.entries(beside).every(([name, values]) =>
    (values as readonly unknown[]).includes(config[name] ?? null),
  );
}

/** The config of one action_type or trigger_type. Without `keys`, the vendor has not published its schema. */
export interface Config {
  doc: string;
  keys?: Keys;
  rules?: readonly Rule[];
  bounds?: readonly Bound[];
  since?: "2026-10";
  /** Returns true if keys outside the table are allowed, for a variant whose schema is not published. */
  open?: (config: Record<string, unknown>) => boolean;
}

type Extra = Omit<Key, "type" | "doc" | "ts">;

const WORD: ValueType = { is: "text", min: 1 };

export const text = (doc: string, extra: Extra = {}): Key => ({
  type: WORD,
  doc,
  ts: "string",
  ...extra,
});

export const id = (ref: RefKind, doc: string, extra: Extra = {}): Key => text(doc, { ref, ...extra });

export const ids = (ref: RefKind | undefined, doc: string, extra: Extra = {}): Key => ({
  type: { is: "list", of: WORD },
  doc,
  ts: "string[]",
  meaning: "set",
  ...(ref ? { ref } : {}),
  ...extra,
});

export const flag = (doc: string, extra: Extra = {}): Key => ({
  type: { is: "flag" },
  doc,
  ts: "boolean",
  ...extra,
});

export const whole = (min: number, max: number | undefined, doc: string, extra: Extra = {}): Key => ({
  type: { is: "number", whole: true, min, ...(max === undefined ? {} : { max }) },
  doc,
  ts: "number",
  ...extra,
});

/** A ratio or similarity between 0 and 1. */
export const ratio = (doc: string, extra: Extra = {}): Key => ({
  type: { is: "number", min: 0, max: 1 },
  doc,
  ts: "number",
  ...extra,
});

export const choice = (values: readonly [string, ...string[]], doc: string, extra: Extra = {}): Key => ({
  type: { is: "choice", values },
  doc,
  ts: values.map((value) => JSON.stringify(value)).join(" | "),
  ...extra,
});

/** Whether a value means the same as an absent key. */
export const isAbsent = (value: Json | undefined, key?: Pick<Key, "absent">): boolean =>
  value === undefined || value === null || (key?.absent !== undefined && value === key.absent);

/** Whether everything below a key is the user's own data, in which nothing is dropped, not even null. */
export const isUserData = ({ meaning }: Pick<Key, "meaning">): boolean =>
  meaning === "data" || meaning === "filters";

/** A map with user-defined keys. */
export const free = (doc: string, extra: Extra = {}): Key => ({
  type: { is: "map" },
  doc,
  ts: "Record<string, unknown>",
  meaning: "data",
  ...extra,
});

export const filters = (doc: string): Key =>
  free(doc, {
    meaning: "filters",
    example: { AND: [{ field: "metadata.status", operator: "eq", value: "active" }] },
  });

/** A nested object with documented keys. `ts`: the name of its TypeScript interface. */
export const nested = (ts: string, keys: Keys, doc: string, extra: Extra = {}): Key => ({
  type: { is: "map" },
  doc,
  ts,
  keys,
  ...extra,
});
