import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the engine saves a stack's state on a file backend: the one or, packed, the other. Nowhere on another backend. */
export function stateFiles(backendUrl: string, project: string, stack: string): string[] {
  if (!backendUrl.startsWith("file:///")) return [];
  const file = join(fileURLToPath(backendUrl), ".pulumi", "stacks", project, `${stack}.json`);
  return [file, `${file}.gz`];
}
