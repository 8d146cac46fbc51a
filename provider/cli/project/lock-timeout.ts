import { visible } from "../../core/json/printed";
import { durationOf } from "../../core/text/parse-duration";
import { UsageError } from "../command";

const VARIABLE = "MIXPEEK_LOCK_TIMEOUT";

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
  const milliseconds = durationOf(text);
  if (milliseconds !== undefined) return milliseconds;
  const what =
    lockTimeout !== undefined
      ? `--lock-timeout ${JSON.stringify(visible(text))}`
      : `${VARIABLE}=${JSON.stringify(visible(text))}`;
  const fix = lockTimeout !== undefined ? "--lock-timeout 10m" : `${VARIABLE}=10m`;
  throw new UsageError(
    `mixpeek-triggers ${command}: ${what} is not a duration. Write a number with s, m or h, such as ${fix}.`,
  );
}
