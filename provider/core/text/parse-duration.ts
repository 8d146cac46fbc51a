/** A duration with one unit: `30m` is 30 and `m`. */
export interface OnePart<U extends string> {
  count: number;
  unit: U;
}

/** Parses `30m` into number and unit; undefined for any other text. `units` is a string of single letters. */
export function onePartDuration<U extends string>(
  text: string,
  units: readonly U[],
  digits = 4,
): OnePart<U> | undefined {
  const unit = units.find((each) => text.endsWith(each));
  const number = text.slice(0, -1);
  if (unit === undefined || number.length > digits || !/^[1-9]\d*$/.test(number)) return undefined;
  return { count: Number(number), unit };
}

const SEVERAL_PARTS = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** The milliseconds in `90s`, `10m` or `1h30m`; undefined for any other text. */
export function durationOf(text: string): number | undefined {
  if (text === "" || !SEVERAL_PARTS.test(text)) return undefined;
  const [, hours = 0, minutes = 0, seconds = 0] = SEVERAL_PARTS.exec(text) ?? [];
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
