import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../../core/json/is-object";
import type { Keys } from "../../core/schema/config-keys";
import { VARIANTS } from "../../core/schema/field-rules";
import { lookUp } from "../../core/schema/key-lookup";
import type { DesiredTrigger } from "../../core/schema/model";
import { SECRET, SIGNATURE } from "./sdk-values";

type Raw = Record<string, unknown>;
/** Marks a value as secret. */
type Seal = (value: unknown) => unknown;

/** `scheduleConfig.cronExpression` → `schedule_config.cron_expression`. */
export const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `trigger_id` → `triggerId`. */
export const camel = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Converts the camelCase keys of args to the API's keys. Inputs stay in their places, so that a value that is not known
 * yet hides nothing else in a preview. Keys inside filters, inputs and channels are the user's own and stay unchanged.
 */
export function wireInputs(args: Raw): Raw {
  const { schedule, ...rest } = args;
  const flat: Raw = { ...rest, ...scheduleParts(schedule) };
  const wire: Raw = {};
  for (const [name, value] of Object.entries(flat)) {
    if (value === undefined) continue;
    const key = snake(name);
    const variant = VARIANTS.find(({ config }) => config === key);
    const type = variant && flat[camel(variant.type)];
    const keys = variant && typeof type === "string" ? lookUp(variant.table, type)?.keys : undefined;
    wire[key] = variant ? lift(value, (plain) => wireConfig(plain, keys)) : value;
  }
  if (Array.isArray(wire["allow_unknown"]))
    wire["allow_unknown"] = wire["allow_unknown"].map(String).map(snake);
  return wire;
}

/** Args that already have the API's keys, such as definitions from files. */
export class Wired {
  constructor(readonly trigger: DesiredTrigger) {}

  /** The inputs, with secrets marked: values of secret keys in the table, and values from secret variables. */
  inputs(seal: Seal = pulumi.secret): Raw {
    const secret = new Set(this.trigger.secret_paths);
    const wire: Raw = { ...this.trigger };
    for (const { type, config, table } of VARIANTS)
      wire[config] = sealed(this.trigger[config], lookUp(table, this.trigger[type])?.keys, seal);
    return secret.size === 0 ? wire : (sealedAt(wire, secret, seal, "") as Raw);
  }
}

/** The arguments of a trigger that is read by its id. */
export class Existing {
  constructor(readonly namespace: pulumi.Input<string>) {}
}

/** The value, with everything at these dotted paths marked as secret. */
function sealedAt(value: unknown, secret: ReadonlySet<string>, seal: Seal, at: string): unknown {
  if (secret.has(at)) return seal(value);
  const below = (inner: unknown, key: string | number): unknown =>
    sealedAt(inner, secret, seal, at === "" ? String(key) : `${at}.${key}`);
  if (Array.isArray(value)) return value.map(below);
  if (!isPlain(value) || value[SIGNATURE] === SECRET) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, below(inner, key)]));
}

function sealed(config: Raw, keys: Keys | undefined, seal: Seal): Raw {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const known = keys && Object.hasOwn(keys, name) ? keys[name] : undefined;
      const inner = known?.keys && isObject(value) ? sealed(value, known.keys, seal) : value;
      return [name, known?.secret ? seal(inner) : inner];
    }),
  );
}

/** Splits `schedule: cron("0 2 * * *")` into triggerType and scheduleConfig. */
function scheduleParts(schedule: unknown): Raw {
  if (schedule === undefined) return {};
  if (isPlain(schedule)) return schedule;
  const known = pulumi.output(schedule) as pulumi.Output<Raw>;
  return {
    triggerType: known.apply((parts) => parts["triggerType"]),
    scheduleConfig: known.apply((parts) => parts["scheduleConfig"]),
  };
}

function wireConfig(config: unknown, keys: Keys | undefined): unknown {
  if (!isPlain(config)) return config;
  const wire: Raw = {};
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    const key = snake(name);
    const known = keys?.[key];
    const below = known?.keys;
    const converted = below ? lift(value, (plain) => wireConfig(plain, below)) : value;
    // Encrypted in the state and `[secret]` in previews: a webhook's URL, for example, gives access to the channel.
    wire[key] = known?.secret ? pulumi.secret(converted) : converted;
  }
  return wire;
}

/** Converts the API's keys to camelCase. Nested keys are converted only if the table contains them. */
export function camelConfig(config: Raw, keys: Keys | undefined): Raw {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const below = keys?.[name]?.keys;
      return [camel(name), below && isObject(value) ? camelConfig(value, below) : value];
    }),
  );
}

function lift(value: unknown, convert: (plain: unknown) => unknown): unknown {
  return isLater(value) ? (pulumi.output(value) as pulumi.Output<unknown>).apply(convert) : convert(value);
}

const isLater = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;
/** An Output is an object too, so it is excluded explicitly. */
function isPlain(value: unknown): value is Raw {
  return isObject(value) && !isLater(value);
}

/** The outputs of a Trigger. There are no others, because each output is expensive in the SDK. */
export const OUTPUT_KEYS: readonly string[] = ["name", "status", "namespace_id", "created_at", "created_by"];
