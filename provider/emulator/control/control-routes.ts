import type { Reply } from "../http/http";
import type { RequestLog } from "../http/request-log";
import type { Route } from "../http/router";
import { invalid } from "../model/errors";
import { RESOURCE_KINDS } from "../model/kinds";
import { awareTime, parseTime } from "../model/times";
import type { Config } from "../model/types";
import type { Clock } from "../schedule/clock";
import { checkFields, type Fields, isObject } from "../validation/check";
import type { Control } from "./control";

/** A call of the control plane. */
export interface ControlCall {
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parses the body as JSON on demand; throws ApiError 413 or 422. */
  json(): unknown;
}

/** A control call's response, and its description in `GET /_emulator`. */
export interface ControlHandler {
  does: string;
  answer(call: ControlCall): Reply;
}

/**
 * The most runs in one move of the clock. Such a move takes some seconds, during which the emulator handles no other
 * request.
 */
const MOST_RUNS = 100_000;
const MOST_DOCUMENTS = 1_000_000_000;

const text = { type: "string", required: true, min: 1 } as const;
const maybe = { type: "string", min: 1 } as const;

/**
 * The control plane, `/_emulator`: it needs no key, has no rate limit and does not appear in the request log.
 * @param more calls that are implemented elsewhere and listed here
 */
export function controlRoutes(
  control: Control,
  log: RequestLog,
  clock: Clock,
  more: Route<ControlHandler>[],
): Route<ControlHandler>[] {
  const time = (): Reply => ({
    status: 200,
    body: { now: awareTime(clock.now()), manual: clock.manual ?? false, movable: clock.moveTo !== undefined },
  });

  const routes: Route<ControlHandler>[] = [
    get("/_emulator/requests", "the API requests answered since the start or the last clearing", () => {
      return { status: 200, body: { count: log.count, requests: log.list() } };
    }),
    remove("/_emulator/requests", "clear the log of requests", () => {
      log.clear();
      return { status: 204 };
    }),
    get("/_emulator/triggers", "every trigger of ?namespace=, including deleted ones", (call) => {
      const triggers = control.triggers(namespaceOf(call));
      return { status: 200, body: { total: triggers.length, triggers } };
    }),
    {
      method: "PATCH",
      path: "/_emulator/triggers/:id",
      handle: {
        does: "change any field of a trigger (id or name) of ?namespace=, as a manual change would",
        answer: (call) => ({
          status: 200,
          body: control.edit(namespaceOf(call), call.params["id"]!, objectOf(call)),
        }),
      },
    },
    remove(
      "/_emulator/triggers/:id",
      "soft-delete a trigger (id or name) of ?namespace=, as a manual delete would",
      (call) => {
        control.remove(namespaceOf(call), call.params["id"]!);
        return { status: 204 };
      },
    ),
    post(
      "/_emulator/documents",
      "{namespace, collection_id, count, event_type?}: add documents, which event triggers count",
      (call) => {
        const body = bodyOf(call, {
          namespace: text,
          collection_id: text,
          count: { type: "integer", required: true, min: 1, max: MOST_DOCUMENTS },
          event_type: maybe,
        });
        const { namespace, collection_id: collection, event_type: type } = body;
        control.addDocuments(
          String(namespace),
          String(collection),
          Number(body["count"]),
          type as string | undefined,
        );
        return { status: 204 };
      },
    ),
    post(
      "/_emulator/drift",
      "{namespace, cluster_id or trigger, value}: set the drift that conditional triggers measure",
      (call) => {
        const value = { type: "number", required: true } as const;
        const body = bodyOf(call, { namespace: text, cluster_id: maybe, trigger: maybe, value });
        control.setDrift(
          String(body["namespace"]),
          oneOf(body, "cluster_id", "trigger"),
          Number(body["value"]),
        );
        return { status: 204 };
      },
    ),
    post(
      "/_emulator/failures",
      "{namespace, resource or trigger, error, count?}: make runs fail; count 0 stops that, and needs no error",
      (call) => {
        const count = { type: "integer", min: 0 } as const;
        const error = objectOf(call)["count"] === 0 ? maybe : text;
        const body = bodyOf(call, { namespace: text, resource: maybe, trigger: maybe, error, count });
        const target = oneOf(body, "resource", "trigger");
        const runs = body["count"] as number | undefined;
        control.failRuns(String(body["namespace"]), target, String(body["error"]), runs);
        return { status: 204 };
      },
    ),
    post(
      "/_emulator/run-times",
      "{namespace, resource or trigger, milliseconds}: set how long runs take, as shown in the history",
      (call) => {
        const milliseconds = { type: "integer", required: true, min: 0 } as const;
        const body = bodyOf(call, { namespace: text, resource: maybe, trigger: maybe, milliseconds });
        const target = oneOf(body, "resource", "trigger");
        control.setRunTime(String(body["namespace"]), target, Number(body["milliseconds"]));
        return { status: 204 };
      },
    ),
    post("/_emulator/scheduler", "{running}: stop the scheduler, or start it again", (call) => {
      const body = bodyOf(call, { running: { type: "boolean", required: true } });
      control.setScheduler(body["running"] as boolean);
      return { status: 204 };
    }),
    post("/_emulator/resources", "{namespace, kind, name, id?, …fields}: add a resource", (call) => {
      const kind = { ...text, oneOf: RESOURCE_KINDS };
      const body = bodyOf(call, { namespace: text, kind, name: text, id: maybe }, "allow");
      const { namespace, kind: ofKind, ...resource } = body;
      return { status: 201, body: control.addResource(String(namespace), String(ofKind), resource) };
    }),
    remove("/_emulator/resources/:kind/:id", "remove a resource (id or name) of ?namespace=", (call) => {
      control.removeResource(namespaceOf(call), call.params["kind"]!, call.params["id"]!);
      return { status: 204 };
    }),
    get("/_emulator/clock", "the emulator's time", time),
    post(
      "/_emulator/clock",
      "{advance_seconds} or {set: time}: move the clock forward, and fire every run that is due on the way",
      (call) => {
        const seconds = { type: "number", min: 0 } as const;
        const body = bodyOf(call, { advance_seconds: seconds, set: { type: "string", format: "time" } });
        const key = oneKey(body, "advance_seconds", "set");
        const target =
          key === "set" ? parseTime(String(body["set"])) : clock.now() + Math.round(Number(body[key]) * 1000);
        control.advanceTo(target, MOST_RUNS);
        return time();
      },
    ),
    ...more,
  ];
  const overview = get("/_emulator", "this list", () => ({
    status: 200,
    body: {
      calls: [...routes, overview].map(({ method, path, handle }) => ({ method, path, does: handle.does })),
    },
  }));
  return [...routes, overview];
}

function get(path: string, does: string, answer: ControlHandler["answer"]): Route<ControlHandler> {
  return { method: "GET", path, handle: { does, answer } };
}

function post(path: string, does: string, answer: ControlHandler["answer"]): Route<ControlHandler> {
  return { method: "POST", path, handle: { does, answer } };
}

function remove(path: string, does: string, answer: ControlHandler["answer"]): Route<ControlHandler> {
  return { method: "DELETE", path, handle: { does, answer } };
}

function namespaceOf(call: ControlCall): string {
  const namespace = call.query.get("namespace");
  if (namespace) return namespace;
  throw invalid([{ loc: ["query", "namespace"], msg: "Field required", type: "missing" }]);
}

function objectOf(call: ControlCall): Config {
  const body = call.json();
  if (isObject(body)) return body;
  throw invalid([{ loc: ["body"], msg: "Input should be a valid dictionary", type: "dict_type" }]);
}

function bodyOf(call: ControlCall, fields: Fields, extra: "forbid" | "allow" = "forbid"): Config {
  const body = objectOf(call);
  const issues = checkFields(body, fields, ["body"], extra);
  if (issues.length > 0) throw invalid(issues);
  return body;
}

function oneOf(body: Config, left: string, right: string): string {
  return String(body[oneKey(body, left, right)]);
}

function oneKey(body: Config, left: string, right: string): string {
  const given = [left, right].filter((key) => body[key] !== undefined);
  if (given.length === 1) return given[0]!;
  const msg = `Value error, exactly one of ${left} and ${right} is needed`;
  throw invalid([{ loc: ["body"], msg, type: "value_error" }]);
}
