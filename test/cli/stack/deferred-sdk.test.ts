import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";

const DIST = resolve(__dirname, "../../../dist");
const PRELOAD = resolve(DIST, "cli/stack/deferred-sdk.js");

/** Runs JavaScript in a separate process and returns its output, parsed as JSON. */
function evaluate(code: string, ...options: string[]): unknown {
  const loaded = `const loaded = (part) => Object.keys(require.cache).some((file) => file.includes(part));`;
  return JSON.parse(
    execFileSync(process.execPath, [...options, "-e", `${loaded}\n${code}`], {
      cwd: resolve(__dirname, "../../.."),
      encoding: "utf8",
    }),
  );
}

const SERIALIZING = ["typescript/lib/typescript.js", "pacote", "spdx-correct"];
const AUTOMATION = "automation/localWorkspace.js";
const loadedOf = (parts: readonly string[]): string => `${JSON.stringify(parts)}.filter(loaded)`;

describe("what the SDK loads at its start to serialize functions, and its Automation API", () => {
  test("are loaded by the SDK alone, so that deferring them makes sense", () => {
    const parts = [...SERIALIZING, AUTOMATION];
    expect(evaluate(`require("@pulumi/pulumi"); console.log(JSON.stringify(${loadedOf(parts)}))`)).toEqual(
      parts,
    );
  });

  test("are not loaded in the provider's process, which preloads the file", () => {
    const code = `require("@pulumi/pulumi"); require(${JSON.stringify(`${DIST}/runtime.js`)});`;
    const parts = [...SERIALIZING, AUTOMATION];
    const answer = evaluate(`${code} console.log(JSON.stringify(${loadedOf(parts)}))`, "--require", PRELOAD);
    expect(answer).toEqual([]);
  });

  test("are not loaded by the command that runs the engine, except the Automation API", () => {
    const code = `require(${JSON.stringify(`${DIST}/cli/stack/workspace.js`)}); require("@pulumi/pulumi/automation").LocalWorkspace;`;
    const parts = [...SERIALIZING, AUTOMATION];
    expect(evaluate(`${code} console.log(JSON.stringify(${loadedOf(parts)}))`)).toEqual([AUTOMATION]);
  });

  test("still work when something uses them", () => {
    const code = `
      const sdk = require("node:path").dirname(require.resolve("@pulumi/pulumi/package.json"));
      const late = require(sdk + "/typescript-shim");
      const { Arborist } = require(require.resolve("@npmcli/arborist", { paths: [sdk] }));
      const { automation, runtime } = require("@pulumi/pulumi");
      const used = [runtime.serializeFunction((n) => n * 2), runtime.computeCodePaths()];
      Promise.all(used).then(([{ text }, paths]) => console.log(JSON.stringify({
        same: late.SyntaxKind === require("typescript").SyntaxKind,
        keys: Object.keys(late).length === Object.keys(require("typescript")).length,
        has: "SyntaxKind" in late,
        arborist: typeof Arborist,
        serialized: text.includes("n * 2"),
        packages: [...paths.keys()].some((path) => path.includes("node_modules")),
        automation: typeof automation.LocalWorkspace,
        same_automation: automation.Stack === require("@pulumi/pulumi/automation").Stack,
      })));`;
    expect(evaluate(code, "--require", PRELOAD)).toEqual({
      same: true,
      keys: true,
      has: true,
      arborist: "function",
      serialized: true,
      packages: true,
      automation: "function",
      same_automation: true,
    });
  });
});
