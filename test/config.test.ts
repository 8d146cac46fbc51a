import { describe, expect, test } from "@jest/globals";
import { HttpClient } from "../provider/api/http";
import { type ConfigError, defaultNamespace, settingsFrom } from "../provider/config";

const FILE_URL = "https://file.example.com";
const ENV_URL = "https://env.example.com";

const config = (values: Record<string, string>) => (key: string) => values[key];

describe("Pulumi config takes precedence over the environment; an empty value counts as absent", () => {
  test.each([
    [{ "mixpeek:apiKey": "sk_config" }, { MIXPEEK_API_KEY: "sk_env" }, "sk_config"],
    [{}, { MIXPEEK_API_KEY: "sk_env" }, "sk_env"],
    [{ "mixpeek:apiKey": "" }, { MIXPEEK_API_KEY: " sk_env\n" }, "sk_env"],
  ])("key from %j and %j", (values, env, apiKey) => {
    expect(settingsFrom({ config: config(values as Record<string, string>), env })).toMatchObject({
      apiKey,
      baseUrl: "https://api.mixpeek.com",
    });
  });

  test("base URL without its trailing slash", () => {
    const env = { MIXPEEK_API_KEY: "sk_1", MIXPEEK_BASE_URL: "http://localhost:4010/" };
    expect(settingsFrom({ env }).baseUrl).toBe("http://localhost:4010");
  });

  // A person who may edit a file of the repository must not receive the environment's key.
  test.each<[config: Record<string, string>, env: Record<string, string>, expected: string]>([
    [
      { "mixpeek:baseUrl": FILE_URL },
      { MIXPEEK_API_KEY: "sk_env", MIXPEEK_BASE_URL: ENV_URL },
      `${ENV_URL} sk_env`,
    ],
    [
      { "mixpeek:baseUrl": FILE_URL, "mixpeek:apiKey": "sk_config" },
      { MIXPEEK_BASE_URL: ENV_URL },
      `${ENV_URL} sk_config`,
    ],
    [{ "mixpeek:baseUrl": FILE_URL }, { MIXPEEK_API_KEY: "sk_env" }, "BASE_URL_NOT_ALLOWED"],
    [
      { "mixpeek:baseUrl": FILE_URL, "mixpeek:apiKey": " " },
      { MIXPEEK_API_KEY: "sk_env", MIXPEEK_BASE_URL: "" },
      "BASE_URL_NOT_ALLOWED",
    ],
    [{ "mixpeek:baseUrl": "http://127.0.0.1:4010" }, { MIXPEEK_API_KEY: "sk_env" }, "BASE_URL_NOT_ALLOWED"],
    [
      { "mixpeek:baseUrl": FILE_URL, "mixpeek:apiKey": "sk_config" },
      { MIXPEEK_API_KEY: "sk_env" },
      `${FILE_URL} sk_config`,
    ],
    [
      { "mixpeek:baseUrl": "https://api.mixpeek.com/v1/" },
      { MIXPEEK_API_KEY: "sk_env" },
      "https://api.mixpeek.com sk_env",
    ],
    [{}, { MIXPEEK_API_KEY: "sk_env" }, "https://api.mixpeek.com sk_env"],
  ])("address and key from %j and %j: %s", (values, env, expected) => {
    let found: string;
    try {
      const { baseUrl, apiKey } = settingsFrom({ config: config(values), env });
      found = `${baseUrl} ${apiKey}`;
    } catch (error) {
      found = (error as ConfigError).code;
      expect((error as Error).message).not.toContain("sk_env");
    }
    expect(found).toBe(expected);
  });

  test.each<[config: Record<string, string>, env: Record<string, string>, setting: string]>([
    [{}, { MIXPEEK_BASE_URL: "production" }, "MIXPEEK_BASE_URL"],
    [{ "mixpeek:baseUrl": "production" }, {}, "mixpeek:baseUrl"],
    [{ "mixpeek:baseUrl": "production" }, { MIXPEEK_BASE_URL: " " }, "mixpeek:baseUrl"],
    [{ "mixpeek:baseUrl": FILE_URL }, { MIXPEEK_BASE_URL: "production" }, "MIXPEEK_BASE_URL"],
  ])("an invalid address in %j and %j names its setting", (values, env, setting) => {
    const settings = settingsFrom({ config: config({ "mixpeek:apiKey": "sk_1", ...values }), env });
    expect(() => new HttpClient(settings)).toThrow(
      `cannot use the API address in ${setting}: it is not a URL. Write an https address such as https://api.mixpeek.com; http is allowed only for this machine [BASE_URL_INVALID].`,
    );
  });

  test("a missing key has a code, and the error says how to set it", () => {
    expect(() => settingsFrom({ env: { MIXPEEK_API_KEY: "" } })).toThrow(
      expect.objectContaining({
        code: "API_KEY_MISSING",
        message: expect.stringContaining("pulumi config set --secret mixpeek:apiKey"),
      }),
    );
  });

  test("namespace", () => {
    expect(
      defaultNamespace({
        config: config({ "mixpeek:namespace": "prod" }),
        env: { MIXPEEK_NAMESPACE: "dev" },
      }),
    ).toBe("prod");
    expect(defaultNamespace({ env: { MIXPEEK_NAMESPACE: "dev" } })).toBe("dev");
    expect(defaultNamespace({ env: {} })).toBeUndefined();
  });
});

test.each([
  ["https://api.mixpeek.com", "https://api.mixpeek.com"],
  ["https://api.mixpeek.com/", "https://api.mixpeek.com"],
  ["https://api.mixpeek.com/v1", "https://api.mixpeek.com"],
  ["https://api.mixpeek.com/v1///", "https://api.mixpeek.com"],
  ["https://api.mixpeek.com//V1", "https://api.mixpeek.com"],
  ["https://gateway.example/mixpeek/v1/", "https://gateway.example/mixpeek"],
  ["https://gateway.example/v1/mixpeek", "https://gateway.example/v1/mixpeek"],
  ["https://v1", "https://v1"],
  ["https://gateway.example/v1/v1", "https://gateway.example"],
  ["https://gateway.example/rev1", "https://gateway.example/rev1"],
])("the address %s is %s: a trailing API version is removed", (given, expected) => {
  expect(settingsFrom({ env: { MIXPEEK_API_KEY: "sk_x", MIXPEEK_BASE_URL: given } }).baseUrl).toBe(expected);
});
