/**
 * The codes of a {@link LookupError}.
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
 * `getTrigger` has not found the one trigger that it is asked for.
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
  override readonly name = "LookupError";
  constructor(
    readonly code: LookupCode,
    message: string,
  ) {
    super(`${message} [${code}].`);
  }
}
