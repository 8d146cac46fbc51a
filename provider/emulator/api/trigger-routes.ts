import type { Operation } from "../faults/fault";
import type { Reply } from "../http/http";
import type { Route } from "../http/router";
import type { EmulatedTrigger } from "../model/types";
import { type ChangeName, statusEvent } from "../service/change-feed";
import { taskResponse } from "../service/executions";
import { refuseDisabled } from "../service/lifecycle";
import { pageOf } from "../service/listing";
import type { Service } from "../service/service";
import type { HeldTrigger } from "../service/store";
import { triggerFields } from "../validation/trigger-fields";
import {
  queryValues,
  validateCreate,
  validateList,
  validatePage,
  validatePatch,
} from "../validation/validate";
import type { ApiCall, ApiHandler } from "./api-call";
import { createdView, triggerView } from "./trigger-view";

type Answer = (call: ApiCall) => Reply;

/** Every call of the Triggers API, in the emulated API version. */
export function triggerRoutes(service: Service): Route<ApiHandler>[] {
  const answers = triggerAnswers(service);
  const route = (
    method: Route<ApiHandler>["method"],
    path: string,
    operation: Operation,
    answer: Answer,
  ): Route<ApiHandler> => ({
    method,
    path: `/v1/triggers${path}`,
    handle: { operation, scoped: true, answer },
  });
  return [
    route("POST", "", "create", answers.create),
    ...(service.settings.api === "2026-10" ? [route("GET", "", "list", answers.listByQuery)] : []),
    route("POST", "/list", "list", answers.list),
    route("GET", "/:id", "get", answers.get),
    route("PATCH", "/:id", "patch", answers.patch),
    route("DELETE", "/:id", "delete", answers.remove),
    route("POST", "/:id/pause", "pause", answers.pause),
    route("POST", "/:id/resume", "resume", answers.resume),
    route("POST", "/:id/execute", "execute", answers.execute),
    route("GET", "/:id/history", "history", answers.history),
  ];
}

function triggerAnswers(service: Service) {
  const { store, listings, lifecycle, executions, feed, settings, clock } = service;
  const { api } = settings;
  const heldOf = (call: ApiCall): HeldTrigger => store.trigger(call.namespace, call.params["id"]!);
  const show = (held: HeldTrigger): EmulatedTrigger => triggerView(held, settings, clock.now());

  const list = (call: ApiCall, input: unknown, source: "body" | "query"): Reply => {
    const asked = validateList(api, input, source, triggerFields(api));
    const page = listings.page(call.namespace, asked, clock.now());
    return { status: 200, body: { ...page, results: page.results.map(show) } };
  };

  /** Responds with the trigger as it is right after the change, before the scheduler acts on it. */
  const change = (call: ApiCall, event: ChangeName, act: (held: HeldTrigger) => void): Reply => {
    const held = heldOf(call);
    const before = held.record.status;
    act(held);
    const body = show(held);
    const type = event(before, held.record.status);
    if (type) feed.note(type, call.namespace, held.record, "api");
    service.triggerChanged(call.namespace, held);
    return { status: 200, body };
  };

  return {
    create(call: ApiCall): Reply {
      const held = lifecycle.create(call.namespace, validateCreate(api, call.json(), settings.cron));
      const body = createdView(held, settings, clock.now());
      feed.note("trigger.created", call.namespace, held.record, "api");
      service.triggerChanged(call.namespace, held);
      // The newest official client does not accept a 201: it treats such a response as none.
      return { status: api === "0.81" ? 201 : 200, body };
    },
    list: (call: ApiCall): Reply => list(call, call.json(), "body"),
    listByQuery(call: ApiCall): Reply {
      // The client generated from the live API sends the list's body with GET; people use a query.
      const body = call.json();
      return body === undefined ? list(call, queryValues(call.query), "query") : list(call, body, "body");
    },
    get: (call: ApiCall): Reply => ({ status: 200, body: show(heldOf(call)) }),
    patch(call: ApiCall): Reply {
      const body = validatePatch(api, call.json());
      const changes = Object.keys(body).length > 0;
      const event: ChangeName = (before, now) =>
        changes ? (statusEvent(before, now) ?? "trigger.updated") : undefined;
      return change(call, event, (held) => lifecycle.patch(call.namespace, held, body));
    },
    remove(call: ApiCall): Reply {
      const held = heldOf(call);
      if (held.record.status !== "disabled") feed.note("trigger.deleted", call.namespace, held.record, "api");
      lifecycle.remove(held);
      service.triggerChanged(call.namespace, held);
      return { status: 204 };
    },
    pause: (call: ApiCall): Reply => change(call, statusEvent, (held) => lifecycle.pause(held)),
    resume: (call: ApiCall): Reply => change(call, statusEvent, (held) => lifecycle.resume(held)),
    execute(call: ApiCall): Reply {
      const held = heldOf(call);
      refuseDisabled(held.record, "executed");
      const execution = executions.run(call.namespace, held, "api");
      service.triggerChanged(call.namespace, held);
      return { status: 200, body: taskResponse(held.record, execution) };
    },
    history(call: ApiCall): Reply {
      const { offset, limit } = validatePage(queryValues(call.query));
      const held = heldOf(call);
      const { results, ...page } = pageOf(held.history.toReversed(), offset, limit);
      return { status: 200, body: { trigger_id: held.record.trigger_id, executions: results, ...page } };
    },
  };
}
