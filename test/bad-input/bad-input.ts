import type { Answer } from "./recording-server";

/** One input that must be refused, and how. */
export interface BadInput {
  name: string;
  argv: readonly string[];
  /** Beside the sound ones of the bench; null: not that one. */
  files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** Over the sound environment; undefined: not set. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What no file holds: links, folders, permissions. In: the folder. */
  make?: (folder: string) => void;
  /** What the API answers; absent: it must not be asked at all. */
  answer?: Answer;
  /** It may be read from, never written to. */
  reads?: true;
  code: string;
  /** A piece of the next step. */
  fix: string;
}
