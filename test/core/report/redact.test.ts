import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { jsonText } from "../../../provider/core/json/safe-text";
import {
  redactor,
  secretsOfEnvironment,
  secretsOfUrl,
  urlWithoutCredentials,
} from "../../../provider/core/report/redact";

const redact = redactor([]);

describe("URLs", () => {
  test.each([
    ["state on postgres://user:hunter22@db/x", "state on postgres://***@db/x"],
    ["postgres://user:p%40ss@db:5432/x?sslmode=disable", "postgres://***@db:5432/x?sslmode=disable"],
    ["postgres://user:p@ss@db/x", "postgres://***@db/x"],
    ["postgres://user:pa/ss?w#d@db/x", "postgres://***@db/x"],
    ["git+ssh://token@host/x, then https://a:b@c", "git+ssh://***@host/x, then https://***@c"],
    ["https://user:hunter22@[::1]:8080/x", "https://***@[::1]:8080/x"],
    ['parse "postgres://u:p\\"w@h": no', 'parse "postgres://***@h": no'],
    ["s3://bucket?region=eu&accessKey=AKIA1&x=1", "s3://bucket?region=eu&accessKey=***&x=1"],
    ["azblob://c?sv=1&sig=abc%3D", "azblob://c?sv=1&sig=***"],
    ["gs://b?access_token=t&password=p", "gs://b?access_token=***&password=***"],
    ['invalid port ":hunter22" after host', 'invalid port "***" after host'],
    ['invalid URL escape "%zz"', 'invalid URL escape "***"'],
    ['{"e":"invalid port \\":hunter22\\" after"}', '{\n  "e": "invalid port \\"***\\" after"\n}\n'],
  ])("%s", (text, redacted) => {
    expect(redact(text)).toBe(redacted);
    expect(redact(redacted)).toBe(redacted);
  });

  test.each([
    "https://api.mixpeek.com:8443/users/@me",
    "http://127.0.0.1:4010/v1/triggers?limit=10&sort=key",
    "http://[::1]:4010/a@b",
    "file:///home/me/.mixpeek/state",
    "mail me@example.com, not https://example.com",
    "invalid cron: a key = b",
  ])("%s is not redacted", (text) => expect(redact(text)).toBe(text));

  test("no form of a password in a URL survives, in text or in JSON", () => {
    const password = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 30 }).filter(unusual);
    fc.assert(
      fc.property(password, fc.boolean(), (secret, encoded) => {
        const url = `postgres://someone:${encoded ? encodeURIComponent(secret) : secret}@db.example/x`;
        const hide = redactor(secretsOfUrl(url));
        expect(hide(`opening ${url}: password ${secret} refused`)).not.toContain(secret);
        const json = hide(jsonText({ url, nested: [{ [secret]: `said ${secret}` }], n: 1 }));
        expect(JSON.stringify(JSON.parse(json))).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });
});

describe("a URL that is stored", () => {
  test.each([
    ["postgres://user:hunter22@db:5432/x?sslmode=disable", "postgres://db:5432/x?sslmode=disable"],
    ["postgres://user:pa/ss?w#d@db/x", "postgres://db/x"],
    ["postgres://user@db/x", "postgres://db/x"],
    ["s3://b?region=eu&accessKey=AKIA1&x=1", "s3://b?region=eu&x=1"],
    ["gs://b?access_token=t", "gs://b"],
    ["file:///home/me/.mixpeek/state", "file:///home/me/.mixpeek/state"],
    ["azblob://c?protocol=http&domain=127.0.0.1:1", "azblob://c?protocol=http&domain=127.0.0.1:1"],
  ])("%s", (url, stored) => {
    expect(urlWithoutCredentials(url)).toBe(stored);
    expect(urlWithoutCredentials(stored)).toBe(stored);
  });

  test("contains no form of a password", () => {
    const password = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 30 }).filter(unusual);
    fc.assert(
      fc.property(password, fc.boolean(), (secret, encoded) => {
        const written = encoded ? encodeURIComponent(secret) : secret;
        const stored = urlWithoutCredentials(`postgres://someone:${written}@db.example/x?sslmode=disable`);
        expect(stored).not.toContain(secret);
        expect(stored).not.toContain(written);
      }),
    );
  });
});

/** Not a part of the surrounding text, which has to stay. */
const unusual = (secret: string): boolean =>
  !"opening password refused nested said ***@db.example/x".includes(secret) && !/\*{2}/.test(secret);

describe("known secrets", () => {
  test("JSON stays JSON with the same numbers, whatever the secret is", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string({ minLength: 6, unit: fc.constantFrom(...'12:", {}n') }),
        (value, secret) => {
          expect(() =>
            JSON.parse(redactor([secret])(jsonText({ value, secret, n: 1212121212 }))),
          ).not.toThrow();
        },
      ),
    );
    const kept = JSON.parse(redactor(["121212"])(jsonText({ n: 12121212, text: "121212" })));
    expect(kept).toEqual({ n: 12121212, text: "***" });
  });

  test("shorter than six characters, they are not redacted", () => {
    expect(redactor(["e2e", "", "12345"])("an e2e test of 12345")).toBe("an e2e test of 12345");
    expect(redactor(["123456"])("123456")).toBe("***");
  });

  test("the longest is hidden completely", () => {
    expect(redactor(["secret", "secret-and-more"])("secret-and-more, secret")).toBe("***, ***");
  });

  test.each<[env: Record<string, string>, secrets: string[]]>([
    [{ MIXPEEK_API_KEY: "sk_1", PULUMI_CONFIG_PASSPHRASE: "open sesame" }, ["sk_1", "open sesame"]],
    [{ PULUMI_BACKEND_URL: "postgres://u:p%20w@h/d" }, ["p%20w", "p w", "p%20w"]],
    [{ https_proxy: "http://u:pw@h:1" }, ["pw", "pw", "pw"]],
    [{ HTTPS_PROXY: "http://token@h:1" }, ["token", "token", "token"]],
    [{ PULUMI_BACKEND_URL: "postgres://postgres@h/d" }, []],
    [{ MIXPEEK_API_KEY: "sk_emulator", PULUMI_CONFIG_PASSPHRASE: "" }, []],
    [{ PULUMI_BACKEND_URL: "postgres://u:%zz@h" }, ["%zz", "%zz", "%zz"]],
    [
      {
        MIXPEEK_VAR_HOOK: "https://hooks.example.com/1",
        MIXPEEK_VAR_TEAM: "search",
        MIXPEEK_NAMESPACE: "a-namespace-in-clear",
        OTHER_VALUE: "another-long-value",
        LISTED: "yet-another-long-value",
        MIXPEEK_TRIGGERS_ENV: "LISTED, OTHER*, MIXPEEK_NAMESPACE",
      },
      ["https://hooks.example.com/1", "yet-another-long-value"],
    ],
  ])("%j", (env, secrets) => expect(secretsOfEnvironment(env)).toEqual(secrets));
});

test("the output of a large run costs little", () => {
  const value = Array.from({ length: 10_000 }, (_, at) => ({
    name: `trigger-${at}`,
    url: `https://example.com/${at}?x=1`,
    body: "a".repeat(200),
  }));
  const text = jsonText(value);
  const took = (secrets: string[]): number => {
    const start = process.cpuUsage();
    redactor(secrets)(text);
    return process.cpuUsage(start).user / 1_000;
  };
  took([]);
  // Normally a few milliseconds: a second would mean that it is not linear.
  expect(took(["hunter22", "open sesame"])).toBeLessThan(1_000);
});
