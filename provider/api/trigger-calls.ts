import { ApiError, type Context } from "./errors/api-error";
import type { HttpCall } from "./http-call";

/** The path of the Triggers API. */
export const TRIGGERS = ["v1", "triggers"];

/** The context of an action on one trigger, given by id or name. */
export const one = (action: string, namespace: string, name: string): Context => ({
  action,
  target: `"${name}" in namespace "${namespace}"`,
});

/** POST /v1/triggers/{id}/{verb}. */
export const onTrigger = (
  verb: "pause" | "resume" | "execute",
  namespace: string,
  id: string,
  idempotent: boolean,
): HttpCall => ({
  ...one(`${verb} trigger`, namespace, id),
  method: "POST",
  path: [...TRIGGERS, id, verb],
  namespace,
  idempotent,
});

/** Resolves to undefined if the API itself reports that there is no such trigger. */
export async function absentIsUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && error.isAbsence("trigger")) return undefined;
    throw error;
  }
}
