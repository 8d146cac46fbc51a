/**
 * A time as the API returns it once it was stored in the database: UTC with a zone, in milliseconds, in pydantic's
 * format (six fractional digits, none for a whole second).
 * @param ms milliseconds since the epoch
 */
export function awareTime(ms: number): string {
  return `${withoutZone(ms, 0)}Z`;
}

/**
 * A time as the API returns it right after creation: UTC without a zone, in microseconds.
 * @param ms milliseconds since the epoch
 * @param micros additional microseconds (0 to 999)
 */
export function naiveTime(ms: number, micros: number): string {
  return withoutZone(ms, micros);
}

/**
 * Parses a time in either format. A time without a zone is UTC.
 * @returns milliseconds since the epoch; NaN if the text is not a time
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
