import { expect, test } from "@jest/globals";
import { triggerEvents } from "../../provider/api/change-feed";
import { clientOf, ok, type Reply, serving, vendorError } from "./server";

const event = (more: object) => ({
  seq: 7,
  cursor: "c",
  namespace_id: "ns_prod",
  event_type: "trigger.updated",
  resource_type: "trigger",
  operation: "update",
  payload: { trigger_id: "trg_1", actor_id: "usr_1", actor_name: "Ada" },
  trace_id: null,
  created_at: "2026-11-24T12:00:00",
  ...more,
});
const page = (results: unknown, has_more: unknown = false): Reply =>
  ok({ results, next_cursor: "c", has_more });
const FOUND = { triggerId: "trg_1", type: "trigger.updated", at: "2026-11-24T12:00:00.000Z" };

test.each<[string, Reply, unknown]>([
  ["an event", page([event({})]), [{ ...FOUND, actor: "Ada" }]],
  [
    "an id if there is no name",
    page([event({ payload: { trigger_id: "trg_1", actor_name: null, actor_id: "usr_1" } })]),
    [{ ...FOUND, actor: "usr_1" }],
  ],
  ["nobody", page([event({ payload: { trigger_id: "trg_1", actor_name: "" } })]), [FOUND]],
  // The API does not document a payload's keys.
  [
    "payloads that are not about a trigger",
    page([
      event({ payload: null }),
      event({ payload: [] }),
      event({ payload: { trigger_id: 7 } }),
      event({ event_type: 1 }),
      event({ created_at: null }),
    ]),
    [],
  ],
  ["nothing", page([]), []],
  // The page starts with the oldest event: the last change is on a page that is not requested.
  ["more than one page", page([event({})], true), undefined],
  ["a feed that does not say whether more pages follow", page([event({})], null), undefined],
  ["no such endpoint: a gateway", { status: 404, json: { detail: "Not Found" } }, undefined],
  ["no such endpoint: the API", vendorError(404, "NotFoundError", "Not Found"), undefined],
  ["an event type that the API does not know", vendorError(422, "ValidationError", "no"), undefined],
  ["a key that may not read it", vendorError(403, "ForbiddenError", "no"), undefined],
  ["a page instead of JSON", { text: "<html>", headers: { "content-type": "text/html" } }, undefined],
  ["something else", ok({ results: 7, has_more: false }), undefined],
])("%s", async (_, reply, expected) => {
  const server = await serving([reply]);
  expect(await triggerEvents(clientOf(server), "prod")).toEqual(expected);
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /v1/events?event_type=trigger.*&limit=1000",
  ]);
});
