import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { optimizationFlag } from "../../provider/cli/delayed-optimization";

describe("the flag that delays V8's optimizing compiler", () => {
  test.each<[version: string, more: object, flag: string | undefined]>([
    ["20.18.1", {}, "--interrupt-budget=675840"],
    ["21.7.3", {}, "--interrupt-budget=675840"],
    ["22.0.0", {}, "--invocation-count-for-turbofan=30000"],
    ["24.21.0", {}, "--invocation-count-for-turbofan=30000"],
    ["25.0.0", {}, undefined],
    ["18.20.0", {}, undefined],
    ["22.6.0", { bun: "1.2.0" }, undefined],
  ])("of %s with %j", (node, more, flag) => {
    expect(optimizationFlag({ ...process.versions, node, ...more })).toBe(flag);
  });

  test("exists in this Node", () => {
    const flag = optimizationFlag(process.versions);
    const code = `require("node:v8").setFlagsFromString(${JSON.stringify(flag ?? "")}); console.log("set")`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "set\n", stderr: "" });
  });
});
