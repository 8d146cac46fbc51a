/**
 * A time as the API gives it once it has been through the database: UTC with a zone, millisecond precision,
 * in pydantic's spelling (six digits of fraction, none for a whole second).
 * @param ms milliseconds since the epoch
 */
export function awareTime(ms: number): string {
  return `${withoutZone(ms, 0)}Z`;
}

/**
 * A time as the API gives it right after creation: UTC but without a zone, to the microsecond.
 * @param ms milliseconds since the epoch
 * @param micros microseconds (0 to 999) beyond them
 */
export function naiveTime(ms: number, micros: number): string {
  return withoutZone(ms, micros);
}

/**
 * Reads a time in either spelling; one without a zone is UTC.
 * @returns milliseconds since the epoch, NaN where the text is no time
 */
export function parseTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\d[T ]/.test(text)) return Number.NaN;
  return Date.parse(/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

function withoutZone(ms: number, micros: number): string {
  const iso = new Date(ms).toISOString();
  const fraction = (ms % 1000) * 1000 + micros;
  const seconds = iso.slice(0, 19);
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(6, "0")}`;
}
