/** `trigger` or `triggers`; an irregular plural is passed: `plural(2, "is", "are")`. */
export const plural = (count: number, one: string, several = `${one}s`): string =>
  count === 1 ? one : several;

/** `1 trigger`, `2 triggers`. */
export const counted = (count: number, one: string, several?: string): string =>
  `${count} ${plural(count, one, several)}`;

/** The same with thousands separators: `1,440 runs`. */
export const many = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${plural(count, one)}`;
