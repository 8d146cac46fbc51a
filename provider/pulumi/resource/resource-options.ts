import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../core/issues/suggestions";
import type { Keys } from "../../core/schema/config-keys";
import { DECLARED_FIELDS, VARIANTS } from "../../core/schema/field-rules";
import { lookUp } from "../../core/schema/key-lookup";
import { camel, OUTPUT_KEYS, snake } from "./wire";

type Raw = Record<string, unknown>;

/** A segment of a property path: a key, or an index or wildcard as written, such as `[0]` or `[*]`. */
type Segment = { key: string } | { written: string };

const INPUTS: readonly string[] = DECLARED_FIELDS;

/** Resource options that list properties, and the names each of them can match. */
const PROPERTY_LISTS = {
  ignoreChanges: { names: INPUTS, nested: true },
  replaceOnChanges: { names: INPUTS, nested: true },
  hideDiffs: { names: INPUTS, nested: true },
  // The engine matches only whole outputs.
  additionalSecretOutputs: { names: [...new Set([...INPUTS, ...OUTPUT_KEYS])], nested: false },
} as const;

type ListName = keyof typeof PROPERTY_LISTS;

/**
 * Converts the property names in resource options from those that a program uses to those in the state. Accepts
 * `schedule`, `scheduleConfig.cronExpression`, `actionConfig["clusterId"]`, `*`, and the API's own names. `inputs`: the
 * trigger's inputs, with the API's names. Throws a RunError with OPTION_PROPERTY_UNKNOWN for a name that matches
 * nothing.
 */
export function wireOptions<T extends pulumi.CustomResourceOptions>(
  resource: string,
  options: T,
  inputs: Raw,
): T {
  const translated: Raw = {};
  for (const list of Object.keys(PROPERTY_LISTS) as ListName[]) {
    const paths = (options as Raw)[list];
    if (Array.isArray(paths))
      translated[list] = paths.flatMap((path) =>
        new PropertyPath(resource, list, String(path), inputs).wired(),
      );
  }
  return { ...options, ...translated };
}

/** One property of one option of one trigger. */
class PropertyPath {
  constructor(
    private readonly resource: string,
    private readonly list: ListName,
    private readonly path: string,
    private readonly inputs: Raw,
  ) {}

  wired(): string[] {
    if (this.path === "*" && PROPERTY_LISTS[this.list].nested) return ["*"];
    const segments = segmentsOf(this.path);
    const [first, ...rest] = segments ?? [];
    if (first === undefined || !("key" in first)) throw this.unknown(undefined, "", this.known());
    if (rest.length > 0 && !PROPERTY_LISTS[this.list].nested)
      throw this.error(`it accepts only whole properties. Use "${this.path.split(/[.[]/, 1)[0]}"`);
    if (first.key === "schedule") return this.schedule(rest);
    return [this.field(snake(first.key), first.key, rest)];
  }

  private known(): string[] {
    return [...PROPERTY_LISTS[this.list].names.map(camel), "schedule"];
  }

  private field(name: string, written: string, rest: readonly Segment[]): string {
    if (!PROPERTY_LISTS[this.list].names.includes(name)) throw this.unknown(written, "", this.known());
    const variant = VARIANTS.find(({ config }) => config === name);
    return join([{ key: name }, ...(variant ? this.below(variant, rest) : rest)]);
  }

  /** `schedule` stands for triggerType and scheduleConfig. A path below it may include or omit `scheduleConfig`. */
  private schedule([first, ...rest]: readonly Segment[]): string[] {
    if (first === undefined) return ["trigger_type", "schedule_config"];
    const name = "key" in first ? snake(first.key) : "";
    if ("key" in first && (name === "trigger_type" || name === "schedule_config"))
      return [this.field(name, first.key, rest)];
    return [this.field("schedule_config", "scheduleConfig", [first, ...rest])];
  }

  private below(variant: (typeof VARIANTS)[number], rest: readonly Segment[]): readonly Segment[] {
    const { type, config, table } = variant;
    const chosen = this.inputs[type];
    // The type is not known yet, so the keys of all types are accepted.
    const entries = typeof chosen === "string" ? [lookUp(table, chosen)] : Object.values(table);
    const open = entries.some((entry) => entry?.keys === undefined || entry.open !== undefined);
    const keys: Keys = Object.assign({}, ...entries.map((entry) => entry?.keys));
    const allowed = this.inputs["allow_unknown"];
    return this.keysBelow(
      config,
      rest,
      keys,
      (path) => open || (Array.isArray(allowed) && allowed.includes(path)),
    );
  }

  /** Converts keys that the table contains. Names below any other key are the user's own and stay unchanged. */
  private keysBelow(
    parent: string,
    [first, ...rest]: readonly Segment[],
    keys: Keys,
    isAllowed: (path: string) => boolean,
  ): readonly Segment[] {
    if (first === undefined) return [];
    if (!("key" in first)) return [first, ...rest];
    const name = snake(first.key);
    const path = `${parent}.${name}`;
    if (!Object.hasOwn(keys, name)) {
      if (isAllowed(path)) return [{ key: name }, ...rest];
      throw this.unknown(first.key, `${camel(parent)}.`, Object.keys(keys).map(camel));
    }
    const below = keys[name]?.keys;
    return [{ key: name }, ...(below ? this.keysBelow(path, rest, below, isAllowed) : rest)];
  }

  /**
   * The error for an unknown name. `written`: the name; undefined if the path is malformed. `known`: the names that
   * exist there.
   */
  private unknown(written: string | undefined, parent: string, known: readonly string[]): pulumi.RunError {
    const near = written === undefined ? undefined : nearest(written, known);
    const fix =
      near === undefined
        ? `Known: ${known.map((name) => parent + name).join(", ")}`
        : `Use "${parent}${near}"`;
    return this.error(
      `${written === undefined ? "it is not a property path" : "no property has this name"}. ${fix}`,
    );
  }

  private error(why: string): pulumi.RunError {
    return new pulumi.RunError(
      `cannot apply ${this.list} "${this.path}" to trigger "${this.resource}": ${why} [OPTION_PROPERTY_UNKNOWN].`,
    );
  }
}

const SEGMENT = /\.?([\p{L}_$*][^.[\]"]*)|\["((?:[^"\\]|\\.)*)"\]|(\[(?:\d+|\*)\])/uy;

/** The segments of a Pulumi property path; undefined if the text is not one. */
function segmentsOf(path: string): Segment[] | undefined {
  const segments: Segment[] = [];
  SEGMENT.lastIndex = 0;
  for (let at = 0; at < path.length; at = SEGMENT.lastIndex) {
    const found = path.startsWith(".") && at === 0 ? null : SEGMENT.exec(path);
    if (!found) return undefined;
    const [, plain, quoted, index] = found;
    if (index !== undefined) segments.push({ written: index });
    else if (plain === "*") segments.push({ written: "[*]" });
    else segments.push({ key: plain ?? quoted!.replaceAll(/\\(.)/g, "$1") });
  }
  return segments;
}

function join(segments: readonly Segment[]): string {
  return segments.reduce((path, segment) => {
    if ("written" in segment) return path + segment.written;
    if (!/^[\w$-]+$/.test(segment.key)) return `${path}["${segment.key.replaceAll('"', '\\"')}"]`;
    return path === "" ? segment.key : `${path}.${segment.key}`;
  }, "");
}
