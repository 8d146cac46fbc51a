// The size of a state, and how much of it is the engine's own record of the resources.
import { readFileSync, statSync } from "node:fs";

/** Timestamps have a varying number of digits, so they are counted with a fixed length. */
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
const OF_ONE_LENGTH = "2026-01-01T00:00:00.000000000Z";

/**
 * Out: total bytes, bytes per trigger, how many of these the provider put there, and how many those would be as JSON
 * without whitespace.
 */
export function stateSize(file, count) {
  if (!statSync(file, { throwIfNoEntry: false })) return undefined;
  const text = readFileSync(file, "utf8").replaceAll(INSTANT, OF_ONE_LENGTH);
  const bytes = Buffer.byteLength(text);
  if (count === 0) return { bytes };
  const state = JSON.parse(text);
  // Indented as the engine does, so that the removed part has the length it had in the file.
  const indent = /\n( +|\t+)"/.exec(text)?.[1] ?? "";
  const whole = Buffer.byteLength(JSON.stringify(state, null, indent));
  const own = Buffer.byteLength(JSON.stringify(emptied(state), null, indent));
  return {
    bytes,
    each: Math.round(bytes / count),
    provided: Math.round((whole - own) / count),
    json: Math.round(jsonOf(state) / count),
  };
}

/** The same records without their contents. */
function emptied(state) {
  const { checkpoint } = state;
  if (checkpoint) {
    const resources = (checkpoint.latest?.resources ?? []).map((record) =>
      record.type.startsWith("pulumi-nodejs:dynamic")
        ? { ...record, inputs: {}, outputs: {}, propertyDependencies: {} }
        : record,
    );
    return { ...state, checkpoint: { ...checkpoint, latest: { ...checkpoint.latest, resources } } };
  }
  const resources = state.resources.map((resource) => ({
    ...resource,
    instances: resource.instances.map((instance) => ({ ...instance, attributes: {} })),
  }));
  return { ...state, resources };
}

/** What the provider stored: inputs and outputs, or Terraform's attributes. */
function jsonOf({ checkpoint, resources }) {
  const values = checkpoint
    ? (checkpoint.latest?.resources ?? [])
        .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"))
        .flatMap(({ inputs, outputs }) => [inputs ?? {}, outputs ?? {}])
    : resources.flatMap(({ instances }) => instances.map(({ attributes }) => attributes));
  return values.reduce((sum, value) => sum + Buffer.byteLength(JSON.stringify(value)), 0);
}
