/** Of every machine-readable output. Within a version keys are only added: none is renamed, taken away or means another thing. */
export const OUTPUT_VERSION = 1;

/** An output as data, its version first. */
export const versioned = <T extends object>(output: T): { version: number } & T => ({
  version: OUTPUT_VERSION,
  ...output,
});
