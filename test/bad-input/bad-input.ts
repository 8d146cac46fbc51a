import type { Answer } from "./recording-server";

/** One input that must be rejected, and how. */
export interface BadInput {
  name: string;
  argv: readonly string[];
  /** Added to the valid files of the bench; null removes one. */
  files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** Added to the valid environment variables; undefined unsets one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Creates what is not file content: links, folders, permissions. In: the folder. */
  make?: (folder: string) => void;
  /** The API's response; absent: there must be no request. */
  answer?: Answer;
  /** Read requests are allowed, writes are not. */
  reads?: true;
  code: string;
  /** A part of the expected next step. */
  fix: string;
}
