/** The version of all machine-readable outputs. Within it, keys are only added, never removed or changed in meaning. */
export const OUTPUT_VERSION = 1;

/** An output as data, with its version first. */
export const versioned = <T extends object>(output: T): { version: number } & T => ({
  version: OUTPUT_VERSION,
  ...output,
});
