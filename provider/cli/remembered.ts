import { existsSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Json, JsonObject } from "../core/model";
import type { Remembered } from "../core/set-plan";
import { isObject } from "../core/validate";
import { TRIGGER_TYPE } from "../pulumi/shim";
import { type Project, prepare } from "./project";
import { type SavedState, savedState } from "./state-file";
import { openStack } from "./workspace";

/** How the engine marks a secret; its value stands in `plaintext` of an export, and encrypted in `ciphertext` of a state. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** What the engine's format is known by; another is left to the engine. */
const FORMAT = 3;

/**
 * What a stack remembers of its triggers; undefined where there is no stack yet. Nothing is written, and no request is
 * made to the API. Throws an error with the code ENGINE or an EngineError.
 */
export async function remembered(
  project: Project,
  note: (line: string) => void,
): Promise<Remembered[] | undefined> {
  if (hasNoState(project)) return undefined;
  const saved = savedResources(project);
  if (saved) return rememberedIn(saved);
  prepare(project);
  const { ensureEngine } = await import("../engine");
  const { bin } = await ensureEngine({ onProgress: note });
  const stack = await openStack(project, { program: async () => undefined, engineBin: bin, existing: true });
  return stack && rememberedIn(await resourcesOf(project, stack));
}

/** Without a state on this machine there is no stack to look for, and no engine to fetch for it. */
export const hasNoState = ({ backend, folder }: Project): boolean =>
  backend.from === "local" && !existsSync(`${folder}/state/.pulumi`);

/** The resources of a stack, whose triggers are in the clear. */
export async function resourcesOf(project: Project, stack: Stack): Promise<JsonObject[]> {
  const saved = savedResources(project);
  if (saved) return saved;
  const { deployment } = await stack.exportStack();
  return resourcesIn(deployment);
}

/**
 * Those of a file backend, read from the state itself: an export takes a process, and as long as an operation of few
 * triggers. undefined where only the engine can tell: on other backends, in another format, where a trigger has secrets.
 */
function savedResources(project: Project): JsonObject[] | undefined {
  let saved: SavedState | undefined;
  try {
    saved = savedState(project)?.state;
  } catch {
    // What is wrong with it, the engine tells who has to mend it.
    return undefined;
  }
  const { version, checkpoint } = saved ?? {};
  if (version !== FORMAT || !isObject(checkpoint)) return undefined;
  const resources = resourcesIn(checkpoint["latest"]);
  return resources.filter(isTrigger).some(({ outputs }) => isSealed(outputs ?? null)) ? undefined : resources;
}

const resourcesIn = (deployment: unknown): JsonObject[] =>
  isObject(deployment) && Array.isArray(deployment["resources"])
    ? deployment["resources"].filter(isObject).map((resource) => resource as JsonObject)
    : [];

const isTrigger = ({ type }: JsonObject): boolean => type === TRIGGER_TYPE;

function isSealed(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (!Array.isArray(value) && SECRET in value) || Object.values(value).some(isSealed);
}

/** The triggers among the resources of a stack. */
export function rememberedIn(resources: readonly JsonObject[]): Remembered[] {
  return resources.flatMap((resource) => {
    const { id, outputs } = resource;
    if (!isTrigger(resource) || resource["delete"] === true) return [];
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
