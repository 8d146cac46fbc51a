// Preloaded: appends each program that the process starts, with its first argument, to the file in STARTED_PROGRAMS.
const { appendFileSync } = require("node:fs");
const { basename } = require("node:path");
const processes = require("node:child_process");

for (const name of ["spawn", "spawnSync"]) {
  const start = processes[name];
  processes[name] = (program, args, ...rest) => {
    appendFileSync(process.env.STARTED_PROGRAMS, `${basename(program)} ${args?.[0] ?? ""}\n`);
    return start(program, args, ...rest);
  };
}
