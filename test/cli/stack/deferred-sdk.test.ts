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

const HEAVY = `[loaded("typescript/lib/typescript.js"), loaded("pacote")]`;

describe("the compiler and npm's arborist, which the SDK loads at its start", () => {
  test("are loaded by the SDK alone, so that deferring them makes sense", () => {
    expect(evaluate(`require("@pulumi/pulumi"); console.log(JSON.stringify(${HEAVY}))`)).toEqual([
      true,
      true,
    ]);
  });

  test("are not loaded in the provider's process, which preloads the file", () => {
    const code = `require("@pulumi/pulumi"); require(${JSON.stringify(`${DIST}/runtime.js`)});`;
    expect(evaluate(`${code} console.log(JSON.stringify(${HEAVY}))`, "--require", PRELOAD)).toEqual([
      false,
      false,
    ]);
  });

  test("are not loaded by the command that runs the engine", () => {
    const code = `require(${JSON.stringify(`${DIST}/cli/stack/workspace.js`)}); require("@pulumi/pulumi/automation");`;
    expect(evaluate(`${code} console.log(JSON.stringify(${HEAVY}))`)).toEqual([false, false]);
  });

  test("still work when something uses them", () => {
    const code = `
      const sdk = require("node:path").dirname(require.resolve("@pulumi/pulumi/package.json"));
      const late = require(sdk + "/typescript-shim");
      const { Arborist } = require(require.resolve("@npmcli/arborist", { paths: [sdk] }));
      const text = require("@pulumi/pulumi").runtime.serializeFunction((n) => n * 2);
      text.then(({ text }) => console.log(JSON.stringify({
        same: late.SyntaxKind === require("typescript").SyntaxKind,
        keys: Object.keys(late).length === Object.keys(require("typescript")).length,
        has: "SyntaxKind" in late,
        arborist: typeof Arborist,
        serialized: text.includes("n * 2"),
      })));`;
    expect(evaluate(code, "--require", PRELOAD)).toEqual({
      same: true,
      keys: true,
      has: true,
      arborist: "function",
      serialized: true,
    });
  });
});
