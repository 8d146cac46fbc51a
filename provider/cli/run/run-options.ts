/** What a plan depends on, apart from the definitions and the live triggers. */
export interface PlanningOptions {
  /** Globs of definitions files; undefined: the default ones. */
  definitions?: readonly string[] | undefined;
  /** The triggers that the run is limited to; undefined: all. */
  target?: readonly string[] | undefined;
  /** Compare the definitions only with live triggers. */
  stateless?: boolean | undefined;
  /** Continue even if the stack belongs to another repository, environment or namespace. */
  takeOver?: boolean | undefined;
}

/** The options of a run over an environment's stack. */
export interface RunOptions extends PlanningOptions {
  /** The path of the environment's file; undefined if the stack is named instead. */
  environment?: string | undefined;
  yes?: boolean | undefined;
  /** Run the engine over every trigger. */
  full?: boolean | undefined;
  /** Save the state after each trigger. */
  checkpoints?: boolean | undefined;
  /** The number of deletes that is allowed even if they are more than half of the triggers. */
  allowedDeletes?: number | undefined;
  secretsProvider?: string | undefined;
  /** The file of the saved plan to apply. */
  plan?: string | undefined;
  /** The file to save the plan in. */
  out?: string | undefined;
}
