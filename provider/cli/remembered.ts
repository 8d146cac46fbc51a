import { existsSync } from "node:fs";
import type { Json, JsonObject } from "../core/model";
import type { Remembered } from "../core/set-plan";
import { isObject } from "../core/validate";
import { TRIGGER_TYPE } from "../pulumi/shim";
import { type Project, prepare } from "./project";
import { openStack } from "./workspace";

/** How the engine marks a secret in an exported state, and where its value then stands. */
const SECRET = "4dabf18193072939515e22adb298388d";

/**
 * What a stack remembers of its triggers; undefined where there is no stack yet. Nothing is written, and no request is
 * made to the API. Throws an error with the code ENGINE or an EngineError.
 */
export async function remembered(
  project: Project,
  note: (line: string) => void,
): Promise<Remembered[] | undefined> {
  if (hasNoState(project)) return undefined;
  prepare(project);
  const { ensureEngine } = await import("../engine");
  const { bin } = await ensureEngine({ onProgress: note });
  const stack = await openStack(project, { program: async () => undefined, engineBin: bin, existing: true });
  if (!stack) return undefined;
  const { deployment } = await stack.exportStack();
  return rememberedIn(deployment);
}

/** Without a state on this machine there is no stack to look for, and no engine to fetch for it. */
export const hasNoState = ({ backend, folder }: Project): boolean =>
  backend.from === "local" && !existsSync(`${folder}/state/.pulumi`);

/** The triggers of an exported deployment. */
export function rememberedIn(deployment: unknown): Remembered[] {
  const resources =
    isObject(deployment) && Array.isArray(deployment["resources"]) ? deployment["resources"] : [];
  return resources.flatMap((resource: unknown) => {
    if (!isObject(resource) || resource["type"] !== TRIGGER_TYPE || resource["delete"] === true) return [];
    const { id, outputs } = resource;
    if (typeof id !== "string" || !isObject(outputs)) return [];
    const { __provider: _, ...state } = unsealed(outputs as JsonObject) as JsonObject;
    return [{ triggerId: id, state }];
  });
}

/** The value with what was sealed in the clear: it is compared, and shown by nobody who does not know what is secret. */
function unsealed(value: Json): Json {
  if (Array.isArray(value)) return value.map(unsealed);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return unsealed(JSON.parse(String(value["plaintext"])) as Json);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unsealed(inner)]));
}
