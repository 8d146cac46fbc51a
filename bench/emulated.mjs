// Runs the project's own emulator in a separate process, so that its CPU time is not counted for any peer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./machine.mjs";

export const KEY = "sk_bench";
export const NAMESPACE = "dev";

/** Starts an emulator. In: the delay of each response in milliseconds, and the plan for its rate limit. */
export async function startEmulator({ latency, plan }) {
  const args = ["emulator", "--port", "0", "--quiet", "--latency", String(latency), "--plan", plan];
  const child = spawn(process.execPath, [join(ROOT, "dist/cli/main.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url) return new Emulated(child, ended, url);
  }
  throw new Error("the emulator ended before it listened");
}

class Emulated {
  constructor(child, ended, url) {
    this.child = child;
    this.ended = ended;
    this.url = url;
    child.stdout.resume();
  }

  /** The environment variables that make every peer use it. */
  get env() {
    return { MIXPEEK_BASE_URL: this.url, MIXPEEK_API_KEY: KEY, MIXPEEK_NAMESPACE: NAMESPACE };
  }

  async forgetRequests() {
    await this.#control("DELETE", "requests");
  }

  /** How many requests of each kind there were since the last reset, and how many of them the rate limit rejected. */
  async requests() {
    const { requests } = await this.#control("GET", "requests");
    const kinds = {};
    for (const { method, path } of requests) {
      const kind = kindOf(method, path);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    const refused = requests.filter(({ status }) => status === 429).length;
    const inOrder = Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: requests.length, refused, kinds: Object.fromEntries(inOrder) };
  }

  /** The triggers that are not deleted, by name. */
  async live() {
    const { triggers } = await this.#control("GET", `triggers?namespace=${NAMESPACE}`);
    const kept = triggers.filter(({ status }) => status !== "disabled");
    return { count: kept.length, byName: new Map(kept.map((trigger) => [trigger.name, trigger])) };
  }

  async edit(name, changes) {
    await this.#control("PATCH", `triggers/${name}?namespace=${NAMESPACE}`, changes);
  }

  async close() {
    this.child.kill("SIGTERM");
    await this.ended;
  }

  async #control(method, path, body) {
    const response = await fetch(`${this.url}/_emulator/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    if (!response.ok) throw new Error(`the emulator answered ${response.status} to ${method} ${path}`);
    return response.status === 204 ? undefined : response.json();
  }
}

/** `GET one`, `POST pause`, … for triggers; the path for anything else. */
function kindOf(method, path) {
  const [, ofTrigger, action] = /^\/v1\/triggers(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  if (ofTrigger === "list" || (path === "/v1/triggers" && method === "GET")) return "list";
  if (action) return action;
  if (path === "/v1/triggers") return "create";
  if (ofTrigger) return { GET: "get", PATCH: "patch", DELETE: "delete" }[method] ?? method;
  return `${method} ${path.split("/").slice(0, 3).join("/")}`;
}
