import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import type { QuietPause } from "../../core/diff/status";
import { declaredOf } from "../../core/diff/trigger-state";
import { isObject } from "../../core/json/is-object";
import type { Remembered } from "../../core/plan/plan-model";
import { text } from "../../core/schema/equality";
import type { Json, JsonObject } from "../../core/schema/model";
import type { StackOwner } from "../../core/stack/stack-owner";
import { SIGNATURE } from "../../pulumi/resource/sdk-values";
import { SHIM, TRIGGER_TYPE } from "../../pulumi/resource/shim";
import { type Project, prepare } from "../project/project";
import { nameIn } from "./engine-run";
import { requestedPausesIn } from "./pending-operations";
import { isFileBackend, isOwner, ownerRecordIn, type StateFile, stateFile, stateFiles } from "./state-file";

/** The version of the state format that is read here. Other versions are left to the engine. */
const FORMAT = 3;

/** The contents of a stack, as its state records them. */
export interface StackState {
  triggers: Remembered[];
  /** Absent in a state that an older release wrote. */
  owner?: StackOwner;
  /** Types and names of resources that do not come from this package's commands but from a Pulumi program. */
  foreign: string[];
  /** Triggers among the foreign resources, under their own names. */
  programs: Remembered[];
  /** The engine recorded settings of the stack, such as a key, with its provider. */
  hasSettings?: true;
  /** A killed run left operations that the engine still has to resolve. */
  pending?: true;
  /** By resource: see `PlanContext`. */
  requestedPauses?: ReadonlyMap<string, QuietPause>;
  /** Dynamic resources with code that is not this package's. Refresh and destroy would run that code. */
  untrustedCode: string[];
}

/**
 * The state of a project's stack; undefined if there is no stack yet. Nothing is written, and no request is sent to the
 * API. `open`: opens the stack with the engine, called only if the state cannot be read without it. Throws an error
 * with the code ENGINE, or an EngineError.
 */
export async function readStackState(project: Project, open: OpenStack): Promise<StackState | undefined> {
  if (hasNoState(project)) return undefined;
  const saved = savedStackState(project);
  if (saved) return saved;
  if (isFileBackend(project) && !hasStateFile(project)) return undefined;
  const stack = await open();
  if (!stack) return undefined;
  const { deployment } = await stack.exportStack();
  return stackState(isObject(deployment) ? deployment : {});
}

/** Opens the existing stack with the engine; undefined if there is none. */
export type OpenStack = () => Promise<Pick<Stack, "exportStack"> | undefined>;

/** Finds or downloads the engine for it, once. */
export function openExisting(
  project: Project,
  note: (line: string) => void,
): () => Promise<Stack | undefined> {
  let opened: Promise<Stack | undefined> | undefined;
  const open = async (): Promise<Stack | undefined> => {
    prepare(project);
    const { ensureEngine } = await import("../../engine");
    const { openStack } = await import("./workspace");
    const { bin, version } = await ensureEngine({ onProgress: note });
    return openStack(project, {
      program: async () => undefined,
      engineBin: bin,
      engineVersion: version,
      opening: "open",
    });
  };
  return () => {
    opened ??= open();
    return opened;
  };
}

/** A workspace for temporary stacks, in its own folder. */
export function openScratch(project: Project, note: (line: string) => void): () => Promise<LocalWorkspace> {
  let opened: Promise<LocalWorkspace> | undefined;
  const open = async (): Promise<LocalWorkspace> => {
    prepare(project);
    const { ensureEngine } = await import("../../engine");
    const { scratchWorkspace } = await import("./workspace");
    const { bin } = await ensureEngine({ onProgress: note });
    return scratchWorkspace(project, { workDir: join(project.folder, "scratch"), engineBin: bin });
  };
  return () => {
    opened ??= open();
    return opened;
  };
}

/** Without a state on this machine there is no stack to look for, and no need to download an engine. */
export const hasNoState = ({ backend, folder }: Project): boolean =>
  backend.from === "local" && !existsSync(`${folder}/state/.pulumi`);

/**
 * The last state read for a project's stack, and a digest of its file: a run reads it several times, and parsing is
 * slow.
 */
const lastRead = new WeakMap<Project, { digest: string; state: StackState }>();

/**
 * The state on a file backend, read directly: an export starts a process and takes as long as an operation on a few
 * triggers. Returns the same object as long as the file is the same. undefined if only the engine can read it: on
 * another backend, in another format, or if a trigger has secrets.
 */
function savedStackState(project: Project): StackState | undefined {
  try {
    const file = stateFile(project);
    const known = file && lastReadOf(project, file);
    if (!file || known) return known;
    const deployment = savedDeployment(file);
    if (!deployment) return undefined;
    const state = stackState(deployment);
    lastRead.set(project, { digest: digestOf(file), state });
    return state;
  } catch {
    // The engine reports what is wrong with the file.
    return undefined;
  }
}

/** The state already read, if the file has not changed. */
function lastReadOf(project: Project, file: StateFile): StackState | undefined {
  const last = lastRead.get(project);
  return last && last.digest === digestOf(file) ? last.state : undefined;
}

const digestOf = ({ bytes }: StateFile): string => createHash("sha256").update(bytes).digest("hex");

function savedDeployment(file: StateFile): Deployment | undefined {
  const { version, checkpoint } = file.parsed();
  if (version !== FORMAT || !isObject(checkpoint)) return undefined;
  const deployment = isObject(checkpoint["latest"]) ? checkpoint["latest"] : {};
  const hasSecrets =
    file.bytes.includes(SIGNATURE) &&
    resourcesIn(deployment)
      .filter(isTrigger)
      .some(({ inputs, outputs }) => isSealed([inputs ?? null, outputs ?? null]));
  return hasSecrets ? undefined : deployment;
}

/** The engine's record of a stack, the same in an export and in a state. */
type Deployment = Readonly<Record<string, unknown>>;

const resourcesIn = ({ resources }: Deployment): JsonObject[] =>
  Array.isArray(resources) ? resources.filter(isObject).map((resource) => resource as JsonObject) : [];

const hasStateFile = ({ backend, name, stack }: Project): boolean =>
  stateFiles(backend.url, name, stack).some(existsSync);

const isTrigger = ({ type }: JsonObject): boolean => type === TRIGGER_TYPE;

function isSealed(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isSealed);
  if (SIGNATURE in value) return true;
  for (const name in value) if (isSealed(value[name]!)) return true;
  return false;
}

/** The owner in a file backend's state, read on its own; undefined on other backends, or if there is none. */
export function savedOwner(project: Project): StackOwner | undefined {
  try {
    const file = stateFile(project);
    const known = file && lastReadOf(project, file);
    if (!file || known) return known?.owner;
    const { latest } = file.parsed().checkpoint ?? {};
    return isObject(latest) ? ownerIn(resourcesIn(latest)) : undefined;
  } catch {
    // The engine reports what is wrong with the file.
    return undefined;
  }
}

function ownerIn(resources: readonly JsonObject[]): StackOwner | undefined {
  return ownerRecordIn(resources) as StackOwner | undefined;
}

/** Summarizes the resources of a stack. */
export function stackState(deployment: Deployment): StackState {
  const resources = resourcesIn(deployment);
  const pending = deployment["pending_operations"];
  const requested = requestedPausesIn(Array.isArray(pending) ? pending : []);
  const owner = ownerIn(resources);
  const withPause = (each: Remembered): Remembered => {
    const pause = requested.of({ ...each, replaced: each.replaced === true });
    return pause ? { ...each, state: { ...each.state, quiet_pause: pause as unknown as JsonObject } } : each;
  };
  return {
    triggers: resources
      .filter((each) => !isForeign(each))
      .flatMap(rememberedIn)
      .map(withPause),
    ...(requested.created.size > 0 ? { requestedPauses: requested.created } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(resources.some(hasSettings) ? { hasSettings: true } : {}),
    ...(Array.isArray(pending) && pending.length > 0 ? { pending: true } : {}),
    foreign: resources.filter(isForeign).map(({ type, urn }) => `${type} ${nameIn(String(urn))}`),
    programs: resources
      .filter(isForeign)
      .flatMap(rememberedIn)
      .map((each) => ({ ...each, resource: declaredOf(each.state).name })),
    untrustedCode: resources.filter(hasUntrustedCode).map(({ urn }) => nameIn(String(urn))),
  };
}

/** The state of an empty stack. */
export const NO_STATE: StackState = { triggers: [], foreign: [], programs: [], untrustedCode: [] };

/**
 * Whether two reads of a stack found the same state, that is, no other run came in between. undefined: there is no
 * stack yet. Pending operations are ignored.
 */
export const holdsSame = (before: StackState | undefined, after: StackState | undefined): boolean =>
  before === after || recordOf(before) === recordOf(after);

function recordOf(state: StackState | undefined): string {
  const { triggers = [], owner = null, foreign = [], untrustedCode = [] } = state ?? {};
  const sorted = triggers.map((each) => text(each as unknown as Json)).sort();
  return text([sorted, owner as Json, [...foreign].sort(), [...untrustedCode].sort()]);
}

const hasSettings = ({ type, inputs }: JsonObject): boolean =>
  String(type).startsWith("pulumi:providers:") && isObject(inputs) && Object.keys(inputs).length > 0;

/**
 * The engine runs the code in `__provider`, with the key in its environment. In a state, that code is data from anyone
 * who can write the state.
 */
const hasUntrustedCode = ({ type, inputs, outputs }: JsonObject): boolean =>
  String(type).startsWith("pulumi-nodejs:dynamic/") &&
  [inputs, outputs].some((values) => isObject(values) && (values["__provider"] ?? SHIM) !== SHIM);

/** A trigger that a program's component declares, or that a program only reads, belongs to the program, too. */
const isForeign = (resource: JsonObject): boolean => {
  const { type, urn, external } = resource;
  if (external === true) return true;
  if (isTrigger(resource)) return String(urn).split("::")[2] !== TRIGGER_TYPE;
  return (
    !isOwner(resource) && type !== "pulumi:pulumi:Stack" && !String(type).startsWith("pulumi:providers:")
  );
};

function rememberedIn(resource: JsonObject): Remembered[] {
  const { id, urn, inputs, outputs, protect, retainOnDelete, delete: replaced, initErrors } = resource;
  if (!isTrigger(resource) || resource["external"] === true) return [];
  if (typeof id !== "string" || !isObject(outputs)) return [];
  return [
    {
      resource: nameIn(String(urn)),
      triggerId: id,
      state: propertiesIn(outputs as JsonObject),
      ...(isObject(inputs) ? { inputs: propertiesIn(inputs as JsonObject) } : {}),
      ...(protect === true ? { protect } : {}),
      ...(retainOnDelete === true ? { retain: true } : {}),
      ...(replaced === true ? { replaced } : {}),
      ...(Array.isArray(initErrors) && initErrors.length > 0 ? { partial: true } : {}),
    },
  ];
}

/** A trigger's own properties, without the code of its provider. */
function propertiesIn(values: JsonObject): JsonObject {
  const { __provider: _, ...own } = (isSealed(values) ? unsealed(values) : values) as JsonObject;
  return own;
}

/** The value with its secrets unencrypted. It is compared, and is shown only if the secret paths are known. */
function unsealed(value: Json): Json {
  if (Array.isArray(value)) return value.map(unsealed);
  if (typeof value !== "object" || value === null) return value;
  // `plaintext` is in an export; in a state, secrets are encrypted in `ciphertext`.
  if (SIGNATURE in value) return unsealed(JSON.parse(String(value["plaintext"])) as Json);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unsealed(inner)]));
}
