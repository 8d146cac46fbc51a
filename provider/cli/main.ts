#!/usr/bin/env node
import { delayOptimization } from "./delayed-optimization";
import { run } from "./dispatch";
import { redactOutput } from "./output/redacted-output";

delayOptimization(process.versions);
redactOutput(process.env);

// The reader of the output may close it early, as `head` does. That is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
