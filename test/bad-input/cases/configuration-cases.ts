import { nightly } from "../../core/files";
import type { BadInput } from "../bad-input";

const KEYS: Readonly<Record<string, readonly [key: string | undefined, code: string, fix: string]>> = {
  "no key": [undefined, "API_KEY_MISSING", "set MIXPEEK_API_KEY"],
  "an empty key": ["", "API_KEY_MISSING", "set MIXPEEK_API_KEY"],
  "a key of blanks": ["   ", "API_KEY_MISSING", "set MIXPEEK_API_KEY"],
  "a key of line breaks": ["\n\n", "API_KEY_MISSING", "set MIXPEEK_API_KEY"],
  "a key with a blank": ["sk_canary bad_input", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a line break": ["sk_canary\nbad_input", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a header": ["sk_a\r\nx-namespace: other", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with an umlaut": ["sk_schlüssel", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with an emoji": ["sk_🔑", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a look-alike": ["sk_c\u0430nary", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a null": ["sk_a\u0000b", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a tab": ["sk_a\tb", "UNAUTHORIZED", "Check mixpeek:apiKey"],
  "a key with a zero-width space": ["sk_a\u200bb", "UNAUTHORIZED", "Check mixpeek:apiKey"],
};

const URLS: Readonly<Record<string, string>> = {
  "http to another machine": "http://api.example.com",
  "http to a private address": "http://10.0.0.1:4010",
  "http to a name that starts like this machine": "http://localhost.example.com",
  "http to an address that starts like this machine": "http://127.0.0.1.example.com",
  "http to all addresses": "http://0.0.0.0:4010",
  ftp: "ftp://api.mixpeek.com",
  "a file": "file:///etc/passwd",
  javascript: "javascript:alert(1)",
  data: "data:application/json,{}",
  "web sockets": "wss://api.mixpeek.com",
  "no scheme": "api.mixpeek.com",
  "no scheme and a port": "localhost:4010",
  "only a scheme": "https://",
  "half a scheme": "//api.mixpeek.com",
  "a user and a password": "https://user:sk_canary_bad_input@api.mixpeek.com",
  "a user": "https://user@api.mixpeek.com",
  "a query": "https://api.mixpeek.com?key=sk_canary_bad_input",
  "a fragment": "https://api.mixpeek.com#sk_canary_bad_input",
  "a blank": "https://api mixpeek.com",
  "a port above the maximum": "https://api.mixpeek.com:99999",
  "a port in words": "https://api.mixpeek.com:https",
  "a word": "production",
  "an emoji": "🔥",
  "empty brackets": "https://[]",
  "too many dots": "https://999.999.999.999",
};

const NAMESPACES: Readonly<Record<string, string | undefined>> = {
  "no namespace": undefined,
  "an empty namespace": "",
  "a namespace of blanks": "  ",
  "a namespace of line breaks": "\n",
};

/** Commands that send requests to the API. Cases use them in turn. */
const ASKERS: readonly (readonly string[])[] = [
  ["plan", "--env", "environments/prod.yaml"],
  ["drift", "--env", "environments/prod.yaml"],
  ["compare", "--env", "environments/prod.yaml", "--env", "environments/dev.yaml"],
  ["promote", "--from", "environments/prod.yaml", "--to", "environments/dev.yaml", "--yes"],
  ["export", "--namespace", "prod"],
  ["preview", "--env", "environments/prod.yaml"],
  ["up", "--env", "environments/prod.yaml", "--yes"],
  ["up", "--env", "environments/prod.yaml", "--yes", "--json"],
];

const inTurn = (at: number, but?: string): readonly string[] => {
  const able = ASKERS.filter(([command]) => command !== but);
  return able[at % able.length]!;
};

const NOWHERE = {
  // Without a name to look up, there would be no request.
  "triggers/a.yaml": nightly("action_config: { cluster_id: '${cluster:products}' }"),
};

export const CONFIGURATIONS: readonly BadInput[] = [
  ...Object.entries(KEYS).map(([name, [key, code, fix]], at) => ({
    name,
    argv: inTurn(at),
    env: { MIXPEEK_API_KEY: key },
    files: NOWHERE,
    code,
    fix,
  })),
  ...Object.entries(URLS).map(([name, url], at) => ({
    name: `an address with ${name}`,
    argv: inTurn(at),
    env: { MIXPEEK_BASE_URL: url },
    files: NOWHERE,
    code: "BASE_URL_INVALID",
    fix: "https://api.mixpeek.com",
  })),
  ...Object.entries(NAMESPACES).map(([name, namespace], at) => ({
    name,
    argv: inTurn(at, "export"),
    env: { MIXPEEK_NAMESPACE: namespace },
    files: { ...NOWHERE, "environments/prod.yaml": "{}\n", "environments/dev.yaml": "{}\n" },
    code: "NAMESPACE_MISSING",
    fix: "set MIXPEEK_NAMESPACE",
  })),
  ...Object.entries(NAMESPACES).map(([name, namespace]) => ({
    name: `an export of ${name}`,
    argv: ["export"],
    env: { MIXPEEK_NAMESPACE: namespace },
    code: "NAMESPACE_MISSING",
    fix: "set MIXPEEK_NAMESPACE",
  })),
  {
    name: "an address that nothing listens at",
    argv: ["plan", "--env", "environments/prod.yaml"],
    env: { MIXPEEK_BASE_URL: "http://127.0.0.1:9" },
    code: "NETWORK",
    fix: "Check mixpeek:baseUrl",
  },
  {
    name: "a proxy without a scheme",
    argv: ["plan", "--env", "environments/prod.yaml"],
    env: { MIXPEEK_BASE_URL: "https://api.invalid", HTTPS_PROXY: "localhost:3999" },
    code: "PROXY_INVALID",
    fix: "Write the variable as http://proxy.example:3128",
  },
  {
    name: "a proxy that nothing listens at",
    argv: ["plan", "--env", "environments/prod.yaml"],
    env: { MIXPEEK_BASE_URL: "https://api.invalid", https_proxy: "http://user:secret@127.0.0.1:9" },
    code: "PROXY_UNREACHABLE",
    fix: "Check that the proxy runs",
  },
  {
    name: "a missing passphrase",
    argv: ["up", "--env", "environments/prod.yaml", "--yes"],
    files: { "Pulumi.yaml": "name: search\nmixpeek: { repository: team/search }\n" },
    env: { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_BACKEND_URL: "s3://states" },
    code: "PASSPHRASE_MISSING",
    fix: "Set PULUMI_CONFIG_PASSPHRASE",
  },
  ...["preview", "up", "drift", "adopt"].map(
    (command): BadInput => ({
      name: `${command} on a shared backend in a folder without a repository`,
      argv: [
        command,
        "--env",
        "environments/prod.yaml",
        ...(command === "up" || command === "adopt" ? ["--yes"] : []),
      ],
      files: { "Pulumi.yaml": "name: search\n" },
      env: { PULUMI_BACKEND_URL: "s3://states" },
      code: "REPOSITORY_UNKNOWN",
      fix: "repository: my-team/search",
    }),
  ),
];
