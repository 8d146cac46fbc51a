import { visible } from "../../core/json/safe-text";
import { durationOf } from "../../core/text/parse-duration";
import { UsageError } from "../command";

const VARIABLE = "MIXPEEK_LOCK_TIMEOUT";

/**
 * How long a command waits for a stack's lock, in milliseconds: --lock-timeout, or MIXPEEK_LOCK_TIMEOUT, or 0. Throws a
 * {@link UsageError} for an invalid value.
 */
export function lockTimeoutOf(
  command: string,
  { lockTimeout }: { lockTimeout?: string | undefined },
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  // Pipelines set a variable without a value to an empty string.
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
