/** Where the key, the API's address and the namespace come from: argument > Pulumi config > environment. */

import { normalizedBaseUrl } from "./core/base-url";

export type ConfigCode = "API_KEY_MISSING" | "NAMESPACE_MISSING";

/** A setting that is missing. The message says what was looked for and how to set it; it never holds a value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    readonly code: ConfigCode,
    message: string,
  ) {
    super(`${message} [${code}].`);
  }
}

export interface Sources {
  /** A key of Pulumi config, such as `mixpeek:apiKey`; undefined when it is not set. */
  config?: (key: string) => string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Settings {
  apiKey: string;
  /** Origin of the API, without a trailing slash. */
  baseUrl: string;
}

export const DEFAULT_BASE_URL = "https://api.mixpeek.com";

/** The key and the address. Throws {@link ConfigError} when no key is set. */
export function settingsFrom(sources: Sources): Settings {
  const apiKey = pick(sources, "mixpeek:apiKey", "MIXPEEK_API_KEY");
  if (apiKey === undefined) {
    throw new ConfigError(
      "API_KEY_MISSING",
      "cannot reach the Mixpeek API: no API key is set. Run `pulumi config set --secret mixpeek:apiKey sk_…`, or set MIXPEEK_API_KEY",
    );
  }
  const baseUrl = pick(sources, "mixpeek:baseUrl", "MIXPEEK_BASE_URL") ?? DEFAULT_BASE_URL;
  return { apiKey, baseUrl: normalizedBaseUrl(baseUrl) };
}

/** The namespace for triggers that name none; undefined when nothing is set. */
export function defaultNamespace(sources: Sources): string | undefined {
  return pick(sources, "mixpeek:namespace", "MIXPEEK_NAMESPACE");
}

/** Said for a trigger that names no namespace where no default is set either. */
export function namespaceMissing(trigger: string): ConfigError {
  return new ConfigError(
    "NAMESPACE_MISSING",
    `cannot place trigger "${trigger}": no namespace is given. Set namespace on the trigger, run \`pulumi config set mixpeek:namespace …\`, or set MIXPEEK_NAMESPACE`,
  );
}

function pick(sources: Sources, key: string, variable: string): string | undefined {
  // An empty variable in CI means "not set".
  return sources.config?.(key)?.trim() || sources.env[variable]?.trim() || undefined;
}
