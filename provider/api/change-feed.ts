import type { ChangeEvent } from "../core/comparison/last-change";
import type { Json } from "../core/schema/model";
import { ApiError } from "./errors/api-error";
import type { HttpClient } from "./http";
import { asRecord, instant, record, ShapeError } from "./json/wire";

/** The largest page of the feed. */
const PAGE = 1000;

/**
 * The events of a namespace's triggers, oldest first, in one request. Returns undefined if the service has no feed,
 * rejects the request, or has more than one page: then the newest change would be missing. Times are UTC. Source: GET
 * /v1/events, whose `payload` has no documented schema.
 */
export async function triggerEvents(http: HttpClient, namespace: string): Promise<ChangeEvent[] | undefined> {
  try {
    return await http.read(
      {
        action: "read the events",
        target: `in namespace "${namespace}"`,
        method: "GET",
        path: ["v1", "events"],
        query: { event_type: "trigger.*", limit: PAGE },
        namespace,
        idempotent: true,
      },
      eventsFrom,
    );
  } catch (error) {
    // Knowing who changed something is useful, but a run must not fail without it.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function eventsFrom(answer: Json | undefined): ChangeEvent[] | undefined {
  const { results, has_more: hasMore } = record(answer);
  if (hasMore !== false) return undefined;
  if (!Array.isArray(results)) throw new ShapeError("results is not a list");
  return results.flatMap((result) => {
    const { event_type: type, created_at: at, payload: given } = record(result);
    const payload = asRecord(given);
    if (typeof type !== "string" || typeof at !== "string" || !payload) return [];
    const { trigger_id: triggerId } = payload;
    if (typeof triggerId !== "string") return [];
    const actor = [payload["actor_name"], payload["actor_id"]].find(
      (name) => typeof name === "string" && name !== "",
    );
    return [
      { triggerId, type, at: instant(at) ?? at, ...(actor === undefined ? {} : { actor: String(actor) }) },
    ];
  });
}
