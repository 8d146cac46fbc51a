import { describe, expect, test } from "@jest/globals";
import picomatch from "picomatch";
import { anyCaseExtension } from "../../../provider/core/yaml/file-extensions";

describe("a glob for extensions in upper or lower case", () => {
  test.each<[string, string[], string[]]>([
    ["triggers/*.yaml", ["triggers/a.yaml", "triggers/a.YAML"], ["triggers/a.yml", "TRIGGERS/a.yaml"]],
    ["t/**/*.{yaml,yml,json}", ["t/a.Yml", "t/b/c.JSON"], ["t/a.txt"]],
    ["t/*.@(yaml|yml)", ["t/a.YAML", "t/a.yml"], ["t/a.json"]],
    ["t/*.y?(a)ml", ["t/a.YML", "t/a.yAml"], ["t/a.json"]],
    ["t/*.y*ml", ["t/a.YML", "t/a.YAML"], ["t/a.json"]],
    ["{t/a.yaml,u/b.yml}", ["t/a.YAML", "u/b.YML"], ["t/A.yaml", "U/b.yml"]],
    ["t/*.[yY]aml", ["t/a.Yaml"], ["t/a.YAML"]],
    ["t.d/a", ["t.d/a"], ["T.d/a", "t.D/a", "t.d/A"]],
    ["t.{a,b}/c.yaml", ["t.a/c.YAML"], ["t.A/c.yaml"]],
    ["../t/*.json", ["../t/a.JSON"], ["../T/a.json"]],
    ["t/**", ["t/a.YAML"], ["T/a.yaml"]],
  ])("%s", (glob, matched, other) => {
    const matches = picomatch(anyCaseExtension(glob));
    expect(matched.filter((path) => !matches(path))).toEqual([]);
    expect(other.filter((path) => matches(path))).toEqual([]);
  });
});
