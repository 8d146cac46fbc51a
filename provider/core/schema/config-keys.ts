import type { IssueCode } from "../issues/issue";
import type { RefKind } from "../service/resource-kinds";
import type { Json } from "./model";
import type { ValueType } from "./value-type";

/** How two values of one key are held against each other; see equality.ts. */
export type Meaning =
  /** JSON equality, key order aside; a key that is null is absent. */
  | "plain"
  /** A five-field cron expression: `00 2 * * *` is `0 2 * * *`. */
  | "cron"
  /** An IANA zone: `Etc/UTC` is `UTC`. */
  | "zone"
  /** A list whose order and repeats mean nothing. */
  | "set"
  /** A LogicalOperator: the lists under AND, OR and NOT have no order; null is a value. */
  | "filters"
  /** The user's own data: JSON equality, key order aside; null is a value. */
  | "data";

/** One key of an action_config or schedule_config: what it may hold, what it means, what the API assumes. */
export interface Key {
  type: ValueType;
  doc: string;
  /** How TypeScript writes its type. */
  ts: string;
  required?: true;
  /** What the API documents for an absent key; a live value equal to it is not drift. */
  default?: Json;
  /** A text that the API also writes where the key is absent; a definition cannot hold it. */
  absent?: string;
  meaning?: Meaning;
  /** The value (or each item) is the id of such a resource. */
  ref?: RefKind;
  /** A nested object of documented keys. */
  keys?: Keys;
  /** Values are shown as `[secret]` in reports. */
  secret?: true;
  /** Keys of the items of a secret list that are no secrets, such as ids. */
  open?: readonly string[];
  /** First API release that has the key, where it is not the first of all. */
  since?: "2026-10";
  example?: Json;
}

export type Keys = Readonly<Record<string, Key>>;

/** A rule over several keys of one config. */
export interface Rule {
  doc: string;
  /** Breaking it is a warning of this code, and no error. */
  warning?: IssueCode;
  check: (config: Record<string, unknown>) => { key: string; message: string; hint: string } | undefined;
}

/** Bounds of a number that hold only beside certain values of other keys; null among those is an absent key. */
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

/** The config of one action_type or trigger_type. `keys` absent: the vendor has not published the shape. */
export interface Config {
  doc: string;
  keys?: Keys;
  rules?: readonly Rule[];
  bounds?: readonly Bound[];
  since?: "2026-10";
  /** Keys outside the table are let through when this says so: the shape of a variant is not published. */
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

/** A share or similarity between 0 and 1. */
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

/** Whether a value of a key says no more than that the key is absent. */
export const isAbsent = (value: Json | undefined, key?: Pick<Key, "absent">): boolean =>
  value === undefined || value === null || (key?.absent !== undefined && value === key.absent);

/** Whether all below a key is the user's own: nothing in it is dropped, not even a null. */
export const isUserData = ({ meaning }: Pick<Key, "meaning">): boolean =>
  meaning === "data" || meaning === "filters";

/** An object whose keys are the user's own. */
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

/** A nested object of documented keys; its TypeScript interface has the name `ts`. */
export const nested = (ts: string, keys: Keys, doc: string, extra: Extra = {}): Key => ({
  type: { is: "map" },
  doc,
  ts,
  keys,
  ...extra,
});
