import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { LanguageServer } from "./language-server";

const ROOT = resolve(__dirname, "../..");

/** Files of a project that match the editor settings. */
export const SEARCH = "triggers/search.yaml";
export const PROD = "environments/prod.yaml";

/**
 * Starts an editor's language server for the tests of a file, in a project with the package installed and the settings
 * from the docs.
 */
export function editor(): () => LanguageServer {
  let folder: string;
  let server: LanguageServer | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "editor-"));
    const installed = join(folder, "node_modules/pulumi-mixpeek");
    mkdirSync(installed, { recursive: true });
    cpSync(join(ROOT, "schema.json"), join(installed, "schema.json"));
    const [, settings] = /```json\n(.*?)```/s.exec(readFileSync(join(ROOT, "docs/definitions.md"), "utf8"))!;
    server = await LanguageServer.start(folder, { schemas: JSON.parse(settings!)["yaml.schemas"] });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });
  return () => server!;
}

export const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join("");

/** A trigger with an action type, and lines below its action_config. */
export const action = (type: string, ...config: string[]): string =>
  lines("triggers:", "  nightly:", `    action_type: ${type}`, "    action_config:", ...config);

export const override = (...body: string[]): string => lines("overrides:", "  nightly:", ...body);
