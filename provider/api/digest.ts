import { createHash } from "node:crypto";
import { text } from "../core/schema/equality";
import type { Json } from "../core/schema/model";

/** Identifies a JSON value without revealing it: the same for equal values, whatever the order of their keys. */
export const digest = (value: unknown): string =>
  createHash("sha256")
    .update(text(JSON.parse(JSON.stringify(value)) as Json))
    .digest("hex")
    .slice(0, 16);
