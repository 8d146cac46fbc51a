/** `90s`, `10m`, `1h30m`. */
const DURATION = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** Milliseconds of `90s`, `10m` or `1h30m`; undefined for what is no duration. */
export function durationOf(text: string): number | undefined {
  if (text === "" || !DURATION.test(text)) return undefined;
  const [, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** `45 s`, `2 min`, `1 min 30 s`, `1 h 5 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.slice(0, 2).join(" ") || "0 s";
}
