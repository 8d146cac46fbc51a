import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { wrongPassphraseText } from "../../../provider/cli/project/passphrase";
import { projectOf, requirePassphrase } from "../../../provider/cli/project/project";

let above: string;
let cwd: string;
let env: Record<string, string>;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-project-"));
  cwd = join(above, "search-triggers");
  mkdirSync(cwd);
  env = { PULUMI_HOME: join(above, "home") };
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const PROD = { environment: "environments/prod.yaml" };

describe("a stack without a passphrase", () => {
  const noteOf = (settings: string, more: Record<string, string> = {}): string | undefined => {
    if (settings !== "") writeFileSync(join(cwd, "Pulumi.prod.yaml"), settings);
    return projectOf(cwd, { ...env, ...more }, PROD).notes.find((note) => note.includes("passphrase"));
  };

  test("can get one only before it exists: the note of a later run says how to change it", () => {
    expect(noteOf("")).toContain("Set PULUMI_CONFIG_PASSPHRASE before the first `up` creates the stack");
    const note = noteOf("encryptionsalt: v1:abc\n");
    expect(note).not.toContain("Set PULUMI_CONFIG_PASSPHRASE");
    expect(note).toContain("keep PULUMI_CONFIG_PASSPHRASE unset or empty until you have changed it");
    expect(note).toContain(
      `\`cd .mixpeek/work && PULUMI_BACKEND_URL=file://${cwd}/.mixpeek/state PULUMI_CONFIG_PASSPHRASE= pulumi stack change-secrets-provider passphrase --stack prod\``,
    );
    const shared = { PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE: "" };
    writeFileSync(join(cwd, "Pulumi.yaml"), "name: a\n");
    expect(noteOf("encryptionsalt: v1:abc\n", shared)).toContain(
      "`PULUMI_CONFIG_PASSPHRASE= pulumi stack change-secrets-provider",
    );
  });

  test("needs none if a key management service encrypts its secrets", () => {
    expect(noteOf("secretsprovider: awskms://key\n")).toBeUndefined();
    expect(noteOf("secretsprovider: passphrase\nencryptionsalt: v1:abc\n")).toBeDefined();
  });
});

test("a relative PULUMI_CONFIG_PASSPHRASE_FILE starts in the folder of the command, not in that of the engine", () => {
  const given = { PULUMI_HOME: env["PULUMI_HOME"]!, PULUMI_CONFIG_PASSPHRASE_FILE: "../pass.txt" };
  const project = projectOf(cwd, given, PROD);
  expect(project.env["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBe(join(above, "pass.txt"));
  expect(project.env).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
  expect(() => requirePassphrase(project, given, { creates: false })).toThrow(
    expect.objectContaining({
      code: "PASSPHRASE_MISSING",
      message: expect.stringContaining(`${join(above, "pass.txt")}, which cannot be read (ENOENT)`),
    }),
  );
  writeFileSync(join(cwd, "Pulumi.prod.yaml"), "secretsprovider: awskms://key\n");
  requirePassphrase(project, given, { creates: false });
  rmSync(join(cwd, "Pulumi.prod.yaml"));
  writeFileSync(join(above, "pass.txt"), "secret\n");
  requirePassphrase(project, given, { creates: false });
});

test.each<[string, Record<string, string>, string]>([
  ["a variable", { PULUMI_CONFIG_PASSPHRASE: "x" }, "the one in PULUMI_CONFIG_PASSPHRASE is not"],
  [
    "no variable",
    { PULUMI_CONFIG_PASSPHRASE: "" },
    "PULUMI_CONFIG_PASSPHRASE is not set or is empty, and the",
  ],
  [
    "the variable, which takes precedence over a file",
    { PULUMI_CONFIG_PASSPHRASE: "x", PULUMI_CONFIG_PASSPHRASE_FILE: "/p" },
    "the one in PULUMI_CONFIG_PASSPHRASE is not",
  ],
])("the error for a wrong passphrase names its source: %s", (_, given, text) => {
  const raw = "getting stack configuration: get stack secrets manager: incorrect passphrase";
  expect(wrongPassphraseText(raw, given)).toContain(text);
  expect(wrongPassphraseText(raw, given)).toMatch(/\[PASSPHRASE_WRONG\]\.$/);
  expect(wrongPassphraseText("another error", given)).toBeUndefined();
});
