import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stackNameOf } from "../../../provider/core/environments/environment-path";

describe("the stack of an environment file", () => {
  test.each([
    ["environments/prod.yaml", "prod"],
    ["environments/prod.YML", "prod"],
    ["environments/prod.v2.json", "prod.v2"],
    ["environments/eu/prod.yaml", "eu.prod"],
    ["environments/eu/west/prod.yaml", "eu.west.prod"],
    ["../shared/environments/eu/prod.yaml", "eu.prod"],
    ["environments/old/environments/prod.yaml", "prod"],
    ["prod.yaml", "prod"],
    ["deploy/eu/prod.yaml", "prod"],
    ["environments", "environments"],
    ["environments.yaml", "environments"],
    ["my-environments/eu/prod.yaml", "prod"],
    ["environments/.yaml", ".yaml"],
    ["environments/eu/.yaml", "eu..yaml"],
    ["environments/eu/prod", "eu.prod"],
  ])("%s is %s", (path, stack) => expect(stackNameOf(path)).toBe(stack));

  const step = fc.stringMatching(/^[a-z0-9_-]{1,8}$/).filter((name) => name !== "environments");

  test("is its path below environments with dots, wherever the environments folder is", () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step, { minLength: 1 }), (above, below) => {
        const path = [...above, "environments", ...below].join("/");
        expect(stackNameOf(`${path}.yaml`)).toBe(below.join("."));
      }),
    );
  });
});
