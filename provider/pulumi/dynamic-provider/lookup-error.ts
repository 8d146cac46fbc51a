/**
 * The codes of a {@link LookupError}, which do not change between releases. docs/errors.md describes each.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const codes: readonly mixpeek.LookupCode[] = mixpeek.LOOKUP_CODES;
 * ```
 */
export const LOOKUP_CODES = ["TRIGGER_NOT_FOUND", "TRIGGER_AMBIGUOUS", "ARGUMENT_INVALID"] as const;

/** One of {@link LOOKUP_CODES}; docs/errors.md describes each. */
export type LookupCode = (typeof LOOKUP_CODES)[number];

/**
 * A lookup did not find exactly one trigger. `getTrigger` rejects with it, and `Trigger.get` fails the run with it.
 *
 * Codes: TRIGGER_NOT_FOUND (no live trigger has this id or name), TRIGGER_AMBIGUOUS (several have this name; the message
 * lists their ids), ARGUMENT_INVALID (neither `triggerId` nor `name` is set, or both are).
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const exists = mixpeek.getTrigger({ name: "nightly" }).then(
 *   () => true,
 *   (error: unknown) => {
 *     if (error instanceof mixpeek.LookupError && error.code === "TRIGGER_NOT_FOUND") return false;
 *     throw error;
 *   },
 * );
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const code = mixpeek
 *   .getTrigger({ triggerId: "trg_none" })
 *   .then(() => undefined)
 *   .catch((error: mixpeek.LookupError): mixpeek.LookupCode => error.code);
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export function isLookupError(error: unknown): error is mixpeek.LookupError {
 *   return error instanceof mixpeek.LookupError;
 * }
 * ```
 */
export class LookupError extends Error {
  /** Always `LookupError`. */
  override readonly name = "LookupError";
  constructor(
    /** The code to match on. */
    readonly code: LookupCode,
    message: string,
  ) {
    super(`${message} [${code}].`);
  }
}
