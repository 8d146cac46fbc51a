import { ApiError } from "../../api/errors/api-error";
import { PartlyAppliedError } from "../../apply";
import { type FieldPlace, fieldErrorLine } from "../../core/definitions/field-places";
import { visible } from "../../core/json/safe-text";
import type { DesiredTrigger } from "../../core/schema/model";

/** No definition has this many fields, but a response may list any number. */
const MOST = 100;

/**
 * The error text of a trigger's write: each field that the API rejects is on its own line, with its place in the
 * definition.
 */
export function refusalText(error: Error, { name }: DesiredTrigger, places: readonly FieldPlace[]): string {
  const isPartly = error instanceof PartlyAppliedError;
  const cause = isPartly ? error.cause : error;
  if (!(cause instanceof ApiError) || cause.fieldErrors.length === 0 || places.length === 0)
    return error.message;
  const head = isPartly ? `${cause.headline} ${error.doneBefore}` : cause.headline;
  const lines = cause.fieldErrors.map((each) => visible(fieldErrorLine(name, cause.code, each, places)));
  const more = lines.length - MOST;
  return [head, ...lines.slice(0, MOST), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
