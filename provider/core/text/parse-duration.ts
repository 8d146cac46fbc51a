/** A duration of one part: `30m` is 30 of `m`. */
export interface OnePart<U extends string> {
  count: number;
  unit: U;
}

/** The number and the unit of `30m`; undefined for any other text. In: the units, a letter each; up to how many digits. */
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

/** `90s`, `10m`, `1h30m`. */
const SEVERAL_PARTS = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** Milliseconds of `90s`, `10m` or `1h30m`; undefined for what is no duration. */
export function durationOf(text: string): number | undefined {
  if (text === "" || !SEVERAL_PARTS.test(text)) return undefined;
  const [, hours = 0, minutes = 0, seconds = 0] = SEVERAL_PARTS.exec(text) ?? [];
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
