/** What a plan depends on beside the definitions and the live triggers. */
export interface PlanningOptions {
  /** Globs of definitions files; undefined: where they are by default. */
  definitions?: readonly string[] | undefined;
  /** The triggers that the run is kept to; undefined: all. */
  target?: readonly string[] | undefined;
  /** Compare definitions with live triggers alone. */
  stateless?: boolean | undefined;
  /** Go on where the stack belongs to another repository, environment or namespace. */
  takeOver?: boolean | undefined;
}

/** What a run over the stack of an environment is asked for. */
export interface RunOptions extends PlanningOptions {
  /** The path of the environment's file; undefined where the stack is named instead. */
  environment?: string | undefined;
  yes?: boolean | undefined;
  /** Run the engine over every trigger. */
  full?: boolean | undefined;
  /** Save the state after each trigger. */
  checkpoints?: boolean | undefined;
  /** Up to how many deletes are applied where they are more than half of the triggers. */
  allowedDeletes?: number | undefined;
  secretsProvider?: string | undefined;
  /** The file of the saved plan to apply. */
  plan?: string | undefined;
  /** The file to save the plan in. */
  out?: string | undefined;
}
