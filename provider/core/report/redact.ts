import { ENV_ALLOW_LIST, EnvAccess } from "../expressions/env-access";
import { jsonText } from "../json/safe-text";

/**
 * User and password of a URL in a text. A backslash and the character it escapes match together, so JSON stays valid.
 */
const USER_INFO = /(?<=[\w+.-]:\/\/)(?:[^\s/?#"<>\\]|\\.)*@/gi;
/** The same for a password with an unencoded `/`, `?` or `#`, unless the text after the colon is a port. */
const UNENCODED_USER_INFO = /(?<=[\w+.-]:\/\/)[^\s/?#"<>\\:@[]*:(?!\d{1,5}[/?#])(?:[^\s"<>\\]|\\.){0,300}@/gi;
const CREDENTIAL_IN_QUERY =
  /([?&][\w.-]*(?:key|token|sig|signature|secret|pass|password|passwd|pwd|passphrase|credentials?|sas)=)(?:[^\s&#"<>\\]|\\.)+/gi;
/** The part of a URL that Go quotes when it cannot parse it: a piece of the password. */
const UNPARSED = /(?<=invalid (?:port|URL escape) \\?")(?:[^"\\]|\\[^"])+/gi;

const HIDDEN = "***";

/** Shorter secrets occur in ordinary words: redacting them would garble the output and reveal them. */
export const SHORTEST_SECRET = 6;

/**
 * Returns a function that redacts the credentials of every URL in a text, and each of the secrets (of
 * {@link SHORTEST_SECRET} characters or more), whether plain, percent-encoded or escaped in JSON. JSON stays valid.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const exact = anyOf(secrets);
  const redactText = (text: string): string => {
    const named = exact ? text.replaceAll(exact, HIDDEN) : text;
    return named
      .replaceAll(USER_INFO, `${HIDDEN}@`)
      .replaceAll(UNENCODED_USER_INFO, `${HIDDEN}@`)
      .replaceAll(CREDENTIAL_IN_QUERY, `$1${HIDDEN}`)
      .replaceAll(UNPARSED, HIDDEN);
  };
  return (text) => {
    const redacted = redactText(text);
    // A secret made of digits may be part of a number, so in a JSON document only strings change.
    return redacted !== text && /^\s*[[{]/.test(text) ? (redactJson(text, redactText) ?? redacted) : redacted;
  };
}

/** A URL that is safe to store: without user and password, and without the secrets in its query. */
export function urlWithoutCredentials(url: string): string {
  const [address = "", ...query] = redactor(secretsOfUrl(url))(url).replaceAll(`${HIDDEN}@`, "").split("?");
  const kept = query
    .join("?")
    .split("&")
    .filter((each) => each !== "" && !each.endsWith(`=${HIDDEN}`));
  return [address, ...(kept.length > 0 ? [kept.join("&")] : [])].join("?");
}

function anyOf(secrets: Iterable<string>): RegExp | undefined {
  const spellings = [...secrets].flatMap((secret) => [
    secret,
    orSame(encodeURIComponent, secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  const patterns = [...new Set(spellings)]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    // The longest first, since one may be the start of another.
    .sort((a, b) => b.length - a.length)
    .map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return patterns.length === 0 ? undefined : new RegExp(patterns.join("|"), "g");
}

function redactJson(text: string, redact: (text: string) => string): string | undefined {
  const inside = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(inside);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, below]) => [redact(key), inside(below)]));
  };
  try {
    return jsonText(inside(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** The secrets in a URL that must be redacted anywhere: the password, or a token used as the user name. */
export function secretsOfUrl(url: string): string[] {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/is.exec(url)?.[1];
  if (userInfo === undefined) return [];
  const colon = userInfo.indexOf(":");
  // A user name without a password is an ordinary word, except over HTTP, where it is a token.
  if (colon < 0 && !/^https?:/i.test(url)) return [];
  const password = userInfo.slice(colon + 1);
  // With an unencoded /, ? or #, a URL parser takes the first piece as the port and quotes it in its error.
  return [password, orSame(decodeURIComponent, password), ...password.split(/[/?#]/)];
}

/** Variables whose whole value is a secret. */
const SECRET_VARIABLES = [
  "MIXPEEK_API_KEY",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AZURE_STORAGE_KEY",
  "AZURE_STORAGE_SAS_TOKEN",
  "AZURE_CLIENT_SECRET",
  "PGPASSWORD",
];
const URL_VARIABLES = ["PULUMI_BACKEND_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** The emulator prints this key in its own instructions, so it is not secret. */
const PUBLIC_KEY = "sk_emulator";

/**
 * For a variable that definitions may read, a shorter value may be an ordinary word, such as a team name. The service
 * may repeat any value in its errors.
 */
const SHORTEST_VALUE = 16;

/** The secrets in the environment that the command or the engine might print. */
export function secretsOfEnvironment(env: Readonly<Record<string, string | undefined>>): string[] {
  const urls = URL_VARIABLES.flatMap((name) => [env[name], env[name.toLowerCase()]]);
  const access = new EnvAccess(env[ENV_ALLOW_LIST]);
  const readable = Object.entries(env).filter(
    ([name, value = ""]) => value.length >= SHORTEST_VALUE && access.isSecret(name) && access.isNamed(name),
  );
  return [
    ...readable.map(([, value]) => value!),
    ...SECRET_VARIABLES.map((name) => env[name] ?? ""),
    ...urls.flatMap((url) => secretsOfUrl(url ?? "")),
  ].filter((secret) => secret !== "" && secret !== PUBLIC_KEY);
}

function orSame(convert: (text: string) => string, text: string): string {
  try {
    return convert(text);
  } catch {
    return text;
  }
}
