import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../../core/json/is-object";
import type { DesiredTrigger } from "../../core/schema/model";
import { present } from "../../core/schema/null-keys";
import { SECRET, SIGNATURE } from "./sdk-values";
import { SHIM, TRIGGER_TYPE } from "./shim";
import { Wired } from "./wire";

/** A trigger as the engine registers it. */
export interface Registration {
  /** The name of the resource. */
  name: string;
  trigger: DesiredTrigger;
  /** The resource's former name; it keeps the trigger of that name. */
  replaces?: string;
  protect?: boolean;
  retain?: boolean;
}

/**
 * The parts of the SDK that build a request. Loaded from the SDK's folder, because a package manager may hide the SDK's
 * dependencies from this package.
 */
interface Protocol {
  resource: typeof import("@pulumi/pulumi/proto/resource_pb");
  alias: typeof import("@pulumi/pulumi/proto/alias_pb");
  struct: typeof import("google-protobuf/google/protobuf/struct_pb");
}

type Request = import("@pulumi/pulumi/proto/resource_pb").RegisterResourceRequest;

/** gRPC status codes of calls to an engine that is shutting down. */
const ENDING: ReadonlySet<unknown> = new Set([1 /* CANCELLED */, 14 /* UNAVAILABLE */]);

/**
 * How many registrations are in progress at a time. The engine processes only a few per core in parallel, and waiting
 * ones take memory in both processes.
 */
const AT_ONCE = 100;

/**
 * Registers triggers with the engine that runs this program, with the same requests as the SDK's resource classes.
 * Those classes keep several promises for each property. No program reads them here, and they take most of the memory
 * of a large first run. Resolves when all triggers are registered, or when the engine ends the run; the engine then
 * reports why. Returns false, and registers nothing, if this release of the SDK has other files.
 */
export async function registerTriggers(registrations: readonly Registration[]): Promise<boolean> {
  const protocol = loadProtocol();
  const monitor = pulumi.runtime.getMonitor();
  const stack = pulumi.runtime.getStackResource();
  if (!protocol || !monitor || !stack) return false;
  const parent = await new Promise<string>((resolve) => stack.urn.apply(resolve));
  const register = (registration: Registration): Promise<boolean> =>
    new Promise((resolve, reject) => {
      monitor.registerResource(requestOf(protocol, registration, parent), (error) => {
        if (!error) resolve(true);
        else if (ENDING.has(error.code)) resolve(false);
        else reject(registrationError(registration, error));
      });
    });
  const queue = registrations.values();
  const work = async (): Promise<void> => {
    for (const registration of queue) if (!(await register(registration))) return;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return true;
}

function loadProtocol(): Protocol | undefined {
  const from = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  try {
    return {
      resource: from("./proto/resource_pb") as Protocol["resource"],
      alias: from("./proto/alias_pb") as Protocol["alias"],
      struct: from("google-protobuf/google/protobuf/struct_pb") as Protocol["struct"],
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

/** The same request as in the SDK's runtime/resource. `parent`: the URN of the stack resource. */
function requestOf(protocol: Protocol, registration: Registration, parent: string): Request {
  const { RegisterResourceRequest: Message } = protocol.resource;
  const { name, trigger, replaces, protect, retain } = registration;
  const properties = propertiesOf(trigger);
  const request = new Message();
  request.setType(TRIGGER_TYPE);
  request.setName(name);
  request.setParent(parent);
  request.setCustom(true);
  request.setObject(protocol.struct.Struct.fromJavaScript(properties as never));
  if (protect) request.setProtect(true);
  if (retain) request.setRetainondelete(true);
  if (replaces !== undefined) request.setAliasesList([aliasOf(protocol, replaces, parent)]);
  request.setAcceptsecrets(true);
  request.setAcceptresources(true);
  request.setSupportspartialvalues(true);
  request.setSupportsresultreporting(true);
  request.setAliasspecs(true);
  request.setCustomtimeouts(new Message.CustomTimeouts());
  const dependencies = request.getPropertydependenciesMap();
  for (const key of Object.keys(properties)) dependencies.set(key, new Message.PropertyDependencies());
  return request;
}

function aliasOf({ alias }: Protocol, name: string, parent: string): InstanceType<typeof alias.Alias> {
  const spec = new alias.Alias.Spec();
  spec.setName(name);
  spec.setParenturn(parent);
  const named = new alias.Alias();
  named.setSpec(spec);
  return named;
}

function propertiesOf(trigger: DesiredTrigger): Record<string, unknown> {
  return present({ ...new Wired(trigger).inputs(secretOf), __provider: SHIM }, true) as Record<
    string,
    unknown
  >;
}

/** Marks a whole value as secret. Secrets inside it are unwrapped, because secrets cannot be nested. */
const secretOf = (value: unknown): unknown => ({ [SIGNATURE]: SECRET, value: revealed(value) ?? null });

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return value["value"];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

const registrationError = ({ name }: Registration, { message }: Error): Error =>
  new pulumi.RunError(`cannot register trigger "${name}" with the Pulumi engine: ${message} [ENGINE].`);
