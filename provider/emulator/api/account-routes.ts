import picomatch from "picomatch";
import type { Operation } from "../faults/fault";
import type { Reply } from "../http/http";
import type { RateLimiter } from "../http/rate-limit";
import type { Route } from "../http/router";
import { badRequest, invalid, notFound } from "../model/errors";
import { type Config, type Plan, TRIGGER_EVENT_TYPES } from "../model/types";
import { seqOf } from "../service/change-feed";
import { finishedTask } from "../service/executions";
import type { Service } from "../service/service";
import { checkFields, type Fields } from "../validation/check";
import { MAX_LIMIT, queryValues } from "../validation/validate";
import type { ApiHandler, PlainCall } from "./api-call";

/** An organization's tier on each plan. */
const TIERS: Record<Plan, string> = { free: "FREE", pro: "PRO", none: "ENTERPRISE" };
const CATEGORIES = ["metadata", "data", "search", "upload", "compute"];

/** The account calls of API 2026-10: the current user, tasks, the change feed and the scheduler's health. */
export function accountRoutes(service: Service, limiter: RateLimiter, plan: Plan): Route<ApiHandler>[] {
  if (service.settings.api === "0.81") return [];
  const get = (
    path: string,
    operation: Operation,
    answer: (call: PlainCall) => Config,
  ): Route<ApiHandler> => ({
    method: "GET",
    path,
    handle: {
      operation,
      scoped: false,
      answer: (call): Reply => ({ status: 200, body: answer(call) }),
    },
  });
  return [
    get("/v1/me", "me", () => identity(limiter, plan)),
    get("/v1/tasks/:id", "task", ({ params }) => taskOf(service, params["id"]!)),
    get("/v1/events", "events", (call) => events(service, call)),
    {
      method: "GET",
      path: "/v1/health/beat",
      handle: {
        operation: "health",
        scoped: false,
        keyless: true,
        answer: () => ({ status: 200, body: service.scheduler.beat() }),
      },
    },
  ];
}

function identity({ limit }: RateLimiter, plan: Plan): Config {
  return {
    organization_id: "org_emulator",
    organization_name: "Emulator",
    account_type: TIERS[plan],
    user_email: "user@example.com",
    key: { name: "emulator", key_type: "SECRET", permissions: ["READ", "WRITE", "DELETE"], expires_at: null },
    // In requests per minute.
    rate_limits: limit === null ? null : Object.fromEntries(CATEGORIES.map((category) => [category, limit])),
    principal_scoped: false,
  };
}

function taskOf({ store }: Service, id: string): Config {
  for (const { triggers } of store.state.namespaces) {
    for (const { record, history } of triggers) {
      const execution = history.find((one) => one.task_id === id);
      if (execution) return finishedTask(record, execution);
    }
  }
  throw notFound("Task", id);
}

const text: Fields[string] = { type: "string", nullable: true };
const size: Fields[string] = { type: "integer", nullable: true, min: 1, max: MAX_LIMIT };
const QUERY: Fields = {
  cursor: text,
  next_cursor: text,
  after: text,
  namespace_id: text,
  event_type: text,
  limit: size,
  page_size: size,
};
const DEFAULT_LIMIT = 100;

function events({ feed, store }: Service, { query, namespaceHeader }: PlainCall): Config {
  const given = queryValues(query, QUERY);
  const issues = checkFields(given, QUERY, ["query"], "allow");
  const type = given["event_type"] as string | undefined;
  const wanted = type === undefined ? undefined : picomatch(type);
  if (wanted && !TRIGGER_EVENT_TYPES.some((one) => wanted(one))) {
    const msg = `Input should be one of ${TRIGGER_EVENT_TYPES.join(", ")}`;
    issues.push({ loc: ["query", "event_type"], msg, type: "enum" });
  }
  if (issues.length > 0) throw invalid(issues);
  const named = [given["namespace_id"] as string | undefined, namespaceHeader].flatMap((one) =>
    one === undefined ? [] : [store.namespace(one).id],
  );
  if (new Set(named).size > 1) throw badRequest("namespace_id and X-Namespace name two namespaces");
  const cursor = (given["cursor"] ?? given["next_cursor"] ?? given["after"]) as string | undefined;
  const from = cursor === undefined ? 0 : seqOf(cursor);
  if (from === undefined) throw badRequest("Invalid cursor: send the next_cursor of a response");
  const limit = (given["limit"] ?? given["page_size"] ?? DEFAULT_LIMIT) as number;
  const found = feed.after(
    from,
    (event) => (!named[0] || event.namespace_id === named[0]) && (!wanted || wanted(event.event_type)),
  );
  const results = found.slice(0, limit);
  return {
    results,
    // After the last event, the cursor stays where it is, for events that are still to come.
    next_cursor: results.at(-1)?.cursor ?? cursor ?? null,
    has_more: found.length > limit,
  };
}
