import { expect, test } from "@jest/globals";
import type { CallKind } from "../../../provider/api/errors/api-error";
import { fromResponse } from "../../../provider/api/errors/error-response";

const ADOPT = /set adopt: true/;
const RENAME = /^Choose another name, or delete the trigger that has it/;
const AGAIN = /^Run again: the trigger may have changed in the meantime/;
const CORRECT = /^Correct the definition/;
const ADDRESS = /^Check that mixpeek:baseUrl \(or MIXPEEK_BASE_URL\) is the Mixpeek API/;
/** What each call sends. The calls that are not listed send no definition. */
const KINDS: Readonly<Record<string, CallKind>> = {
  "create trigger": "create",
  "change trigger": "change",
  "list triggers": "list",
  "look up cluster": "list",
};
test.each<[action: string, status: number, type: string, next: RegExp]>([
  ["create trigger", 409, "AlreadyExistsError", ADOPT],
  ["change trigger", 409, "AlreadyExistsError", RENAME],
  ["delete trigger", 409, "AlreadyExistsError", AGAIN],
  ["pause trigger", 409, "AlreadyExistsError", AGAIN],
  ["resume trigger", 409, "AlreadyExistsError", AGAIN],
  ["list triggers", 409, "AlreadyExistsError", ADDRESS],
  ["create trigger", 400, "BadRequestError", CORRECT],
  ["change trigger", 422, "ValidationError", CORRECT],
  ["delete trigger", 400, "BadRequestError", AGAIN],
  ["resume trigger", 422, "ValidationError", AGAIN],
  ["look up cluster", 422, "ValidationError", ADDRESS],
  ["pause trigger", 404, "NotFoundError", AGAIN],
  ["create trigger", 404, "NotFoundError", /^Check the ids in action_config/],
])("the next step matches the call: %s, %i", (action, status, type, next) => {
  const body = JSON.stringify({ success: false, status, error: { message: "no", type } });
  const error = fromResponse(status, body, {
    action,
    target: '"nightly" in namespace "dev"',
    ...(KINDS[action] ? { kind: KINDS[action] } : {}),
  });
  expect(error.next).toMatch(next);
});
