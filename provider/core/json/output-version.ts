/**
 * The version of every machine-readable output. Within a version, keys are only added: none is renamed or removed, or
 * changes its meaning.
 */
export const OUTPUT_VERSION = 1;

/** An output as data, with its version first. */
export const versioned = <T extends object>(output: T): { version: number } & T => ({
  version: OUTPUT_VERSION,
  ...output,
});
