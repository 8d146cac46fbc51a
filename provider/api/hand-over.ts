import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedWrites } from "../core/plan/planned-writes";
import type { LiveTrigger } from "../core/schema/model";

/** What one process listed, for the provider's process to go on from: the API is asked once, not by each. */
export interface Listed {
  /** The API's address. */
  baseUrl: string;
  lists: {
    namespace: string;
    triggers: LiveTrigger[];
    /** Ids that were asked for and are not there. */
    absent: string[];
    names: boolean | undefined;
  }[];
  /** All that the run may write; absent: whatever the program declares. */
  writes?: PlannedWrites;
}

const VARIABLE = "MIXPEEK_HANDED_OVER";
const CIPHER = "aes-256-gcm";
const SIZES = { nonce: 12, tag: 16 };

/**
 * Puts lists into a file of `folder` that only the bearer of the environment can read: a run that is killed leaves no
 * configuration in clear behind. Out: what to add to the engine's environment, and `end`, which removes the file.
 */
export function handOver(folder: string, listed: Listed): { env: Record<string, string>; end: () => void } {
  const key = randomBytes(32);
  const nonce = randomBytes(SIZES.nonce);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(listed)), cipher.final()]);
  const file = join(folder, `listed-${randomBytes(8).toString("hex")}`);
  writeFileSync(file, Buffer.concat([nonce, cipher.getAuthTag(), sealed]), { mode: 0o600, flag: "wx" });
  return {
    env: { [VARIABLE]: `${key.toString("hex")} ${file}` },
    end: () => rmSync(file, { force: true }),
  };
}

/** What was handed over to this process; undefined when nothing was, or it is over: then the API is asked. */
export function takeOver(env: Readonly<Record<string, string | undefined>>): Listed | undefined {
  const [, key, file] = /^([0-9a-f]{64}) (.+)$/.exec(env[VARIABLE] ?? "") ?? [];
  if (key === undefined || file === undefined) return undefined;
  try {
    const bytes = readFileSync(file);
    const decipher = createDecipheriv(CIPHER, Buffer.from(key, "hex"), bytes.subarray(0, SIZES.nonce));
    const start = SIZES.nonce + SIZES.tag;
    decipher.setAuthTag(bytes.subarray(SIZES.nonce, start));
    const text = Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString("utf8");
    return JSON.parse(text) as Listed;
  } catch {
    return undefined;
  }
}
