import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedWrites } from "../core/plan/planned-writes";
import { maskedEvent, type ProviderEvent } from "../core/report/provider-event";
import type { LiveTrigger } from "../core/schema/model";

/** What a command passes to the provider of its run: the API is read only once, and only planned writes are made. */
export interface HandedOver {
  /** The address of the API. */
  baseUrl: string;
  lists: {
    namespace: string;
    triggers: LiveTrigger[];
    /** Ids that were looked up and do not exist. */
    absent: string[];
    names: boolean | undefined;
  }[];
  /** All writes that the run may make; absent: anything that the program declares. */
  writes?: PlannedWrites;
  /** The address at which the command serves the limits of its client, see shared-limits.ts. */
  limits?: string;
}

/** The contents of the file, as the provider reads them. */
interface Sealed {
  handedOver: HandedOver;
  /** The prefix of each line that is an event, see {@link encodeEvent}. */
  marker: string;
}

const VARIABLE = "MIXPEEK_HANDED_OVER";
const DISABLED = "disabled";
const CIPHER = "aes-256-gcm";
const SIZES = { nonce: 12, tag: 16 };

/**
 * For a provider that the engine starts as a separate process: writes the data, encrypted, to a file in `folder`. The
 * key is only in the engine's environment, so a killed run leaves no unencrypted configuration behind. Returns the
 * variables to add to that environment, the marker of the provider's events, and `end`, which removes the file.
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

/** For a provider that the command serves itself: disables any process that the engine starts in spite of that. */
export function disableProcess(): { env: Record<string, string>; marker: string } {
  const marker = newMarker();
  return { env: { [VARIABLE]: `${DISABLED} ${marker}` }, marker };
}

/** The marker for the events of a disabled process; undefined if it is not disabled. */
export function disabledMarker(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const [word, marker] = (env[VARIABLE] ?? "").split(" ");
  return word === DISABLED ? marker : undefined;
}

const newMarker = (): string => `event-${randomBytes(8).toString("hex")}:`;

/** The data passed to this process; undefined if there is none or the run is over: then the API is used. */
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

/**
 * An event as a line in the engine's diagnostics, which are stored, so secret values are masked. In base64, so that
 * the engine does not reformat it.
 */
export const encodeEvent = (event: ProviderEvent, marker: string): string =>
  `${marker}${Buffer.from(JSON.stringify(maskedEvent(event))).toString("base64")}`;

/** The event in such a line; undefined for any other line. */
export function decodeEvent(line: string, marker: string): ProviderEvent | undefined {
  if (!line.startsWith(marker)) return undefined;
  return JSON.parse(Buffer.from(line.slice(marker.length), "base64").toString("utf8")) as ProviderEvent;
}
