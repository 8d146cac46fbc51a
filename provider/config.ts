/**
 * Where the API key, the API's address and the namespace come from. Key and namespace: argument, then Pulumi config,
 * then environment. Address: environment, then Pulumi config. If the config took precedence, someone who can edit a
 * file in the repository could have the key from the environment sent to another address.
 */

import { normalizedBaseUrl, printableUrl } from "./core/service/base-url";

export type BaseUrlSetting = "MIXPEEK_BASE_URL" | "mixpeek:baseUrl";

/**
 * The codes of a {@link ConfigError}, which do not change between releases. docs/errors.md describes each.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const codes: readonly mixpeek.ConfigCode[] = mixpeek.CONFIG_CODES;
 * ```
 */
export const CONFIG_CODES = ["API_KEY_MISSING", "NAMESPACE_MISSING", "BASE_URL_NOT_ALLOWED"] as const;

/** One of {@link CONFIG_CODES}; docs/errors.md describes each. */
export type ConfigCode = (typeof CONFIG_CODES)[number];

/**
 * A setting is missing, or MIXPEEK_API_KEY would be sent to an address that is set only in a file.
 * `getTrigger` and `getTriggers` reject with it. `ref` and `Trigger.get` throw it only for NAMESPACE_MISSING; their
 * other errors fail the run, and a program cannot catch them.
 *
 * The message says which setting is missing and how to set it. It never contains the API key.
 * Codes: API_KEY_MISSING, NAMESPACE_MISSING, BASE_URL_NOT_ALLOWED.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const triggers = mixpeek.getTriggers().catch((error: unknown) => {
 *   if (error instanceof mixpeek.ConfigError && error.code === "API_KEY_MISSING") return [];
 *   throw error;
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export function isMissing(error: unknown): boolean {
 *   return error instanceof mixpeek.ConfigError && error.code !== "BASE_URL_NOT_ALLOWED";
 * }
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const codeOf = (error: mixpeek.ConfigError): mixpeek.ConfigCode => error.code;
 * ```
 */
export class ConfigError extends Error {
  /** Always `ConfigError`. */
  override readonly name = "ConfigError";
  constructor(
    /** The code to match on. */
    readonly code: ConfigCode,
    message: string,
  ) {
    super(`${message} [${code}].`);
  }
}

export interface Sources {
  /** Reads a key of the Pulumi config, such as `mixpeek:apiKey`. Returns undefined if it is not set. */
  config?: (key: string) => string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Settings {
  apiKey: string;
  /** Origin of the API, without a trailing slash. */
  baseUrl: string;
  /** The setting that contains `baseUrl`; absent for the default address. */
  baseUrlSetting?: BaseUrlSetting;
}

export const DEFAULT_BASE_URL = "https://api.mixpeek.com";

/** The address of the API. */
export function baseUrlFrom(sources: Sources): string {
  return configuredUrl(sources)?.baseUrl ?? DEFAULT_BASE_URL;
}

/**
 * The key and the address. Throws {@link ConfigError} if no key is set, or if a key from the environment would be sent
 * to an address that is set only in a file.
 */
export function settingsFrom(sources: Sources): Settings {
  const apiKey = pick(sources, "mixpeek:apiKey", "MIXPEEK_API_KEY");
  if (apiKey === undefined) {
    throw new ConfigError(
      "API_KEY_MISSING",
      "cannot reach the Mixpeek API: no API key is set. Run `pulumi config set --secret mixpeek:apiKey sk_…`, or set MIXPEEK_API_KEY",
    );
  }
  const address = configuredUrl(sources) ?? { baseUrl: DEFAULT_BASE_URL };
  const { baseUrl, baseUrlSetting } = address;
  const isFromFile = baseUrlSetting === "mixpeek:baseUrl" && baseUrl !== DEFAULT_BASE_URL;
  if (isFromFile && !sources.config?.("mixpeek:apiKey")?.trim()) {
    throw new ConfigError(
      "BASE_URL_NOT_ALLOWED",
      `cannot send MIXPEEK_API_KEY to ${printableUrl(baseUrl)}: only the stack's settings name this address (mixpeek:baseUrl), so anyone who may edit that file could get the key. If the address is correct, set MIXPEEK_BASE_URL to it where MIXPEEK_API_KEY is set`,
    );
  }
  return { apiKey, ...address };
}

type Address = Pick<Settings, "baseUrl" | "baseUrlSetting">;

function configuredUrl({ config, env }: Sources): Address | undefined {
  const found: readonly [BaseUrlSetting, string | undefined][] = [
    ["MIXPEEK_BASE_URL", env["MIXPEEK_BASE_URL"]?.trim()],
    ["mixpeek:baseUrl", config?.("mixpeek:baseUrl")?.trim()],
  ];
  const [baseUrlSetting, url] = found.find(([, value]) => value) ?? [];
  return baseUrlSetting && url ? { baseUrl: normalizedBaseUrl(url), baseUrlSetting } : undefined;
}

/** The namespace for triggers that set none; undefined if no default is set. */
export function defaultNamespace(sources: Sources): string | undefined {
  return pick(sources, "mixpeek:namespace", "MIXPEEK_NAMESPACE");
}

/** The error for a trigger without a namespace, if no default is set either. */
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
