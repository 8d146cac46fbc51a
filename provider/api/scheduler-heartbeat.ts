import type { SchedulerHeartbeat } from "../core/comparison/health";
import type { Json } from "../core/schema/model";
import { ApiError } from "./errors/api-error";
import type { HttpClient } from "./http";
import { instant, record, ShapeError } from "./json/wire";

/**
 * The heartbeat of the service's scheduler, in one request; undefined if the service has no such endpoint. Source: GET
 * /v1/health/beat. Throws {@link ApiError} if the API rejects the request or cannot be reached.
 */
export async function schedulerHeartbeat(
  http: HttpClient,
  namespace: string,
): Promise<SchedulerHeartbeat | undefined> {
  try {
    return await http.read(
      {
        action: "read the scheduler's heartbeat",
        target: "of the service",
        method: "GET",
        path: ["v1", "health", "beat"],
        namespace,
        idempotent: true,
      },
      beatFrom,
    );
  } catch (error) {
    if (error instanceof ApiError && isUnserved(error)) return undefined;
    throw error;
  }
}

function beatFrom(answer: Json | undefined): SchedulerHeartbeat {
  const { beat_running: isRunning, last_heartbeat: last, age_seconds: age } = record(answer);
  if (typeof isRunning !== "boolean") throw new ShapeError("beat_running is not true or false");
  const lastHeartbeat = typeof last === "string" ? instant(last) : undefined;
  return {
    isRunning,
    ...(lastHeartbeat === undefined ? {} : { lastHeartbeat }),
    ...(typeof age === "number" ? { ageSeconds: age } : {}),
  };
}

const UNSERVED: ReadonlySet<string> = new Set(["NOT_FOUND", "NOT_THE_API", "BAD_RESPONSE"]);

const isUnserved = ({ code, status }: ApiError): boolean => UNSERVED.has(code) || status === 405;
