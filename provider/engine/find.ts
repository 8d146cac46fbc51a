import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import type { Env } from "./run";
import type { System } from "./system";

/** A program's file name: `pulumi`, or `pulumi.exe` on Windows. */
export function programName(platform: NodeJS.Platform, program: string): string {
  return platform === "win32" ? `${program}.exe` : program;
}

/** The first executable of this file name on PATH, as a shell would find it. */
export function findOnPath(system: System, file: string): string | undefined {
  return (
    pathOf(system.env)
      .split(system.platform === "win32" ? ";" : delimiter)
      .filter((folder) => folder !== "")
      // Made absolute, since the caller may run it from another folder.
      .map((folder) => resolve(folder, file))
      .find(isExecutable)
  );
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function pathOf(env: Env): string {
  // Windows spells it Path, and a copy of the environment is case-sensitive.
  const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH");
  return (key && env[key]) || "";
}
