import { visible } from "../../core/json/printed";
import { UsageError } from "../command";

const VARIABLE = "MIXPEEK_LOCK_TIMEOUT";
/** `90s`, `10m`, `1h30m`. */
const DURATION = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/**
 * For how long a command waits for the lock of a stack, in milliseconds: by --lock-timeout, else by MIXPEEK_LOCK_TIMEOUT;
 * 0 where neither is set. Throws a {@link UsageError} for another value.
 */
export function lockTimeoutOf(
  command: string,
  { lockTimeout }: { lockTimeout?: string | undefined },
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  // A pipeline sets a variable that has no value to nothing.
  const text = lockTimeout ?? (env[VARIABLE] || "0");
  if (text === "0") return 0;
  const [, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  if (text !== "" && DURATION.test(text))
    return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  const what =
    lockTimeout !== undefined
      ? `--lock-timeout ${JSON.stringify(visible(text))}`
      : `${VARIABLE}=${JSON.stringify(visible(text))}`;
  const fix = lockTimeout !== undefined ? "--lock-timeout 10m" : `${VARIABLE}=10m`;
  throw new UsageError(
    `mixpeek-triggers ${command}: ${what} is not a duration. Write a number with s, m or h, such as ${fix}.`,
  );
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
