import { expect } from "@jest/globals";
import {
  type Emulator,
  type EmulatorOptions,
  type ManualClock,
  manualClock,
  startEmulator,
} from "../../provider/emulator";

/** A key that is used only in tests. */
export const KEY = "sk_test_emulator_0123456789";

/** One error of a 422, with exactly these three keys. */
export interface Finding {
  type: string;
  /** The path, with dots: `body.action_config.cluster_id`. */
  location: string;
  message: string;
}

export type Body = Record<string, unknown>;
/** A JSON response with a loose type, because tests read parts of it by path. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared by value, not by type
export type Answer = { status: number; body: any; headers: Headers; text: string };

/** An emulator on a manual clock, with functions to call it as a client does. */
export interface Rig {
  emulator: Emulator;
  clock: ManualClock;
  /** Calls the API in a namespace (default dev) with the key. A header with the value null is not sent. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string | null>,
  ): Promise<Answer>;
  /** Calls the control plane, with no header except the content type. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
}

const running: Emulator[] = [];

/** Starts an emulator. `stopAll` ends it after each test. */
export async function start(options: EmulatorOptions & { at?: string } = {}): Promise<Rig> {
  const { at, ...rest } = options;
  const clock = manualClock(at);
  const emulator = await startEmulator({ clock, ...rest });
  running.push(emulator);
  return {
    emulator,
    clock,
    call: (method, path, body, headers = {}) =>
      send(emulator.url, method, path, body, {
        authorization: `Bearer ${KEY}`,
        "x-namespace": "dev",
        ...headers,
      }),
    control: (method, path, body) => send(emulator.url, method, path, body, {}),
  };
}

export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
}

async function send(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string | null>,
): Promise<Answer> {
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...Object.fromEntries(sent),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: answer, headers: response.headers, text };
}

/** The errors of a 422, in the newest API's envelope. */
export function findings({ status, body }: Pick<Answer, "status" | "body">): Finding[] {
  expect({ status, body }).toEqual({
    status: 422,
    body: {
      success: false,
      status: 422,
      error: {
        message: "Validation error",
        type: "ValidationError",
        details: { validation_errors: expect.any(Array) },
      },
    },
  });
  return body.error.details.validation_errors;
}

/** A valid body of a create request, changed by `change`. */
export function cronBody(change: Body = {}): Body {
  return {
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
    name: "nightly",
    ...change,
  };
}

/** Creates a trigger and returns its id. */
export async function create(rig: Rig, change: Body = {}): Promise<string> {
  const made = await rig.call("POST", "/v1/triggers", cronBody(change));
  if (made.status >= 300) throw new Error(`create answered ${made.status}: ${made.text}`);
  return made.body.trigger_id;
}
