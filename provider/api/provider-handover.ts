import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedWrites } from "../core/plan/planned-writes";
import { maskedEvent, type ProviderEvent } from "../core/report/provider-event";
import type { LiveTrigger } from "../core/schema/model";

/** What a command gives to the provider of its run: the API is asked once, and only what was planned is written. */
export interface HandedOver {
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
  /** Where the other process serves the limits of its client, see shared-limits.ts. */
  limits?: string;
}

/** The same in the provider's own process. */
interface Sealed {
  handedOver: HandedOver;
  /** Begins each line that is an event, see {@link encodeEvent}. */
  marker: string;
}

const VARIABLE = "MIXPEEK_HANDED_OVER";
const DISABLED = "disabled";
const CIPHER = "aes-256-gcm";
const SIZES = { nonce: 12, tag: 16 };

/**
 * For a provider that the engine starts as a process of its own: puts what it is given into a file of `folder` that only
 * the bearer of the environment can read, so that a run that is killed leaves no unencrypted configuration behind. Out: what
 * to add to the engine's environment, what marks the provider's events, and `end`, which removes the file.
 */
export function handOver(
  folder: string,
  handedOver: HandedOver,
): { env: Record<string, string>; marker: string; end: () => void } {
  const key = randomBytes(32);
  const nonce = randomBytes(SIZES.nonce);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const marker = newMarker();
  const sealed: Sealed = { handedOver, marker };
  const content = Buffer.concat([cipher.update(JSON.stringify(sealed)), cipher.final()]);
  const file = join(folder, `listed-${randomBytes(8).toString("hex")}`);
  writeFileSync(file, Buffer.concat([nonce, cipher.getAuthTag(), content]), { mode: 0o600, flag: "wx" });
  return {
    env: { [VARIABLE]: `${key.toString("hex")} ${file}` },
    marker,
    end: () => rmSync(file, { force: true }),
  };
}

/** For a provider that the command serves itself: disables a process that the engine starts nevertheless. */
export function disableProcess(): { env: Record<string, string>; marker: string } {
  const marker = newMarker();
  return { env: { [VARIABLE]: `${DISABLED} ${marker}` }, marker };
}

/** What marks the events of a disabled process; undefined where it is not disabled. */
export function disabledMarker(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const [word, marker] = (env[VARIABLE] ?? "").split(" ");
  return word === DISABLED ? marker : undefined;
}

const newMarker = (): string => `event-${randomBytes(8).toString("hex")}:`;

/** What was handed over to this process; undefined when nothing was, or it is over: then the API is asked. */
export function takeOver(env: Readonly<Record<string, string | undefined>>): Sealed | undefined {
  const [, key, file] = /^([0-9a-f]{64}) (.+)$/.exec(env[VARIABLE] ?? "") ?? [];
  if (key === undefined || file === undefined) return undefined;
  try {
    const bytes = readFileSync(file);
    const decipher = createDecipheriv(CIPHER, Buffer.from(key, "hex"), bytes.subarray(0, SIZES.nonce));
    const start = SIZES.nonce + SIZES.tag;
    decipher.setAuthTag(bytes.subarray(SIZES.nonce, start));
    const text = Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString("utf8");
    return JSON.parse(text) as Sealed;
  } catch {
    return undefined;
  }
}

/** An event as a line for the engine's diagnostics, which keep it: secret values are masked. In base64, which no engine formats. */
export const encodeEvent = (event: ProviderEvent, marker: string): string =>
  `${marker}${Buffer.from(JSON.stringify(maskedEvent(event))).toString("base64")}`;

/** The event on such a line; undefined: the line is something else. */
export function decodeEvent(line: string, marker: string): ProviderEvent | undefined {
  if (!line.startsWith(marker)) return undefined;
  return JSON.parse(Buffer.from(line.slice(marker.length), "base64").toString("utf8")) as ProviderEvent;
}
