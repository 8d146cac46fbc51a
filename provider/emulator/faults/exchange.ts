import { setTimeout as delay } from "node:timers/promises";
import { type Encoded, encode, type Reply } from "../http/http";
import type { TriggerRecord } from "../model/types";
import { isObject } from "../validation/check";
import { editReply } from "./altered-responses";
import type { ArmedFault, Arrival, FaultsAtWork } from "./armed-fault";
import type { Delivery } from "./delivery";
import type { FaultKind, ReadFault } from "./fault";
import type { Verdict } from "./held-requests";
import { gatewayReply, htmlPage, withText } from "./replies";

/** What a client receives: nothing if `encoded` is null; everything if no fault affects the delivery. */
export interface ExchangeResult {
  encoded: Encoded | null;
  delivery: Delivery | null;
}

const CUT_OFF: Delivery = { kind: "reset", at: "before", probability: 1, seed: 1, after: 0 };
const WRITES = new Set(["create", "patch", "pause", "resume", "delete", "execute"]);

/** One request on its way through the faults. Each fault is asked once, at the point where it acts. */
export class Exchange {
  private readonly injected: FaultKind[] = [];
  private holdAfter: ArmedFault | undefined;
  private before: TriggerRecord | null = null;
  private over!: () => void;
  private readonly finished = new Promise<void>((resolve) => {
    this.over = resolve;
  });

  constructor(
    private readonly faults: FaultsAtWork,
    private readonly arrival: Arrival,
  ) {}

  /**
   * Before handling: waits as configured. Returns what the client receives instead of the service's response, if
   * anything.
   */
  async arrive(): Promise<ExchangeResult | undefined> {
    for (const armed of this.faults.all) {
      if (!actsBefore(armed.fault) || !this.struckBy(armed)) continue;
      const outcome = await this.metBefore(armed);
      if (outcome) return outcome;
    }
    this.before = this.recordNow();
    return undefined;
  }

  /** After handling: what happens to the service's response. */
  leave(reply: Reply): ExchangeResult {
    this.lag(reply);
    const edited = editReply(reply, this.faults, this.arrival, (armed) => this.struckBy(armed));
    let encoded = encode(edited);
    for (const armed of this.faults.all) encoded = this.replaced(encoded, armed);
    for (const armed of this.faults.all) {
      const { fault } = armed;
      if (fault.kind !== "hold" || fault.at !== "after" || this.holdAfter) continue;
      if (this.struckBy(armed)) this.holdAfter = armed;
    }
    return { encoded, delivery: this.deliveryOf(encoded) };
  }

  /** Waits while the response is held. Returns false if the connection must end instead. */
  async goesOn(): Promise<boolean> {
    return !this.holdAfter || (await this.park(this.holdAfter)) === "release";
  }

  /** Call it when nothing more will be done for this request. */
  finish(): void {
    this.over();
  }

  /** The injected faults for the request log; empty if there were none. */
  note(handled: boolean): { fault?: string; handled?: boolean } {
    return this.injected.length === 0 ? {} : { fault: this.injected.join("+"), handled };
  }

  private async metBefore(armed: ArmedFault): Promise<ExchangeResult | undefined> {
    const { fault } = armed;
    switch (fault.kind) {
      case "latency":
        await delay(fault.ms + armed.upTo(fault.jitter), undefined, { signal: this.faults.signal });
        return undefined;
      case "hold":
        return (await this.park(armed)) === "drop" ? { encoded: null, delivery: CUT_OFF } : undefined;
      case "reset":
      case "silence":
        return { encoded: null, delivery: fault };
      case "html":
        return { encoded: htmlPage(fault.status), delivery: null };
      case "status":
      case "rate_limit":
      case "redirect": {
        const now = this.faults.service.clock.now();
        return { encoded: encode(gatewayReply(fault, now)), delivery: null };
      }
      default:
        return undefined;
    }
  }

  /** The response, or what a fault replaces it with. */
  private replaced(encoded: Encoded, armed: ArmedFault): Encoded {
    const { fault } = armed;
    if (fault.kind === "malformed" && encoded.text !== "" && this.struckBy(armed)) {
      return withText(encoded, fault.body ?? `${encoded.text.slice(0, -1)},]`);
    }
    if (fault.kind === "status" && fault.at === "after" && this.struckBy(armed)) {
      return encode(gatewayReply(fault, this.faults.service.clock.now()));
    }
    if (fault.kind === "html" && fault.at === "after" && this.struckBy(armed)) return htmlPage(fault.status);
    return encoded;
  }

  private deliveryOf(encoded: Encoded): Delivery | null {
    for (const armed of this.faults.all) {
      const { fault } = armed;
      const silences = (fault.kind === "reset" || fault.kind === "silence") && fault.at === "after";
      const spoils = (fault.kind === "truncated" || fault.kind === "slow") && encoded.text !== "";
      if ((silences || spoils) && this.struckBy(armed)) return fault as Delivery;
    }
    return null;
  }

  private lag(reply: Reply): void {
    const { operation } = this.arrival;
    if (operation === undefined || !WRITES.has(operation) || reply.status >= 300) return;
    const { lag, clock } = this.faults.service;
    const id = this.arrival.id ?? (isObject(reply.body) ? reply.body["trigger_id"] : undefined);
    if (typeof id !== "string") return;
    for (const armed of this.faults.all) {
      if (armed.fault.kind !== "lag" || !this.struckBy(armed)) continue;
      lag.hide(id, this.before, clock.now() + armed.fault.seconds * 1000);
    }
  }

  /** The trigger before the request changes it, if a fault may need it. */
  private recordNow(): TriggerRecord | null {
    const { namespace, id } = this.arrival;
    if (!namespace || id === undefined) return null;
    if (!this.faults.all.some(({ fault }) => fault.kind === "lag")) return null;
    const held = this.faults.service.store.findTrigger(namespace, id);
    return held ? structuredClone(held.record) : null;
  }

  private struckBy(armed: ArmedFault): boolean {
    const struck = armed.strikes(this.arrival);
    if (struck) this.injected.push(armed.fault.kind);
    return struck;
  }

  private park(armed: ArmedFault): Promise<Verdict> {
    const { method, path, namespace } = this.arrival;
    return armed.gate.park({ method, path, namespace: namespace?.name ?? null }, this.finished);
  }
}

/** Whether a fault acts before the service handles the request. */
function actsBefore(fault: ReadFault): boolean {
  if ("at" in fault) return fault.at === "before";
  return fault.kind === "latency" || fault.kind === "rate_limit" || fault.kind === "redirect";
}
