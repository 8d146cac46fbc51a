import type { Stack } from "@pulumi/pulumi/automation";
import { baseUrlFrom, type Sources } from "../../config";
import { isObject } from "../../core/json/is-object";
import { printableUrl } from "../../core/service/base-url";
import { type Project, stackFile } from "./project";

const OURS = ["mixpeek:apiKey", "mixpeek:baseUrl", "mixpeek:namespace"];

/** The unencrypted settings in a stack's file (Pulumi.<stack>.yaml) and in the process environment. */
export interface PlainSettings {
  sources: Sources;
  /** false if one of these settings is encrypted or may come from an ESC environment: only the engine can read it. */
  isComplete: boolean;
  /** The API's address, if known without the engine. */
  api: string | undefined;
}

export function plainSettings(project: Project, env: Sources["env"] = process.env): PlainSettings {
  const { config, environment } = stackFile(project);
  const values = isObject(config) ? config : {};
  const isReadable = (key: string): boolean => typeof values[key] !== "object" || values[key] === null;
  const text = (key: string): string | undefined =>
    isReadable(key) && values[key] !== undefined && values[key] !== null ? String(values[key]) : undefined;
  const sources: Sources = { config: text, env };
  const isKnown = environment === undefined && isReadable("mixpeek:baseUrl");
  return {
    sources,
    isComplete: environment === undefined && OURS.every(isReadable),
    api: isKnown || env["MIXPEEK_BASE_URL"] ? printableUrl(baseUrlFrom(sources)) : undefined,
  };
}

/**
 * The settings of a stack and of the process environment, read the same way by every command. `open`: opens the stack
 * with the engine, called only if a setting cannot be read without it. If there is no stack yet, only unencrypted
 * settings are used.
 */
export async function sourcesOf(
  project: Project,
  open: () => Promise<Pick<Stack, "getAllConfig"> | undefined>,
): Promise<Sources> {
  const { sources, isComplete } = plainSettings(project);
  const stack = isComplete ? undefined : await open();
  if (!stack) return sources;
  const config = await stack.getAllConfig();
  return { ...sources, config: (key) => config[key]?.value };
}
