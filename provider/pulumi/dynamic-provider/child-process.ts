import { disabledMarker, encodeEvent, takeOver } from "../../api/provider-handover";
import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import { TriggerProvider } from "./provider";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The provider in a process that the engine started. The engine shows its output under Diagnostics. A command that
 * started the engine and handed its plan over reads events from that output.
 */
export function childProvider(env: Env, print: (line: string) => void): TriggerProvider {
  const marker = disabledMarker(env);
  if (marker !== undefined) return disabledProvider(env, (event) => print(encodeEvent(event, marker)));
  const given = takeOver(env);
  const emit = (event: ProviderEvent): void =>
    print(given ? encodeEvent(event, given.marker) : eventText(event));
  return new TriggerProvider(env, emit, {}, () => given?.handedOver);
}

/** Without the command's plan, the provider could make writes that no preview has shown. */
const disabledProvider = (env: Env, emit: (event: ProviderEvent) => void): TriggerProvider =>
  new TriggerProvider(env, emit, {}, () => {
    emit({ kind: "not attached" });
    const message = `${eventText({ kind: "not attached" })}: nothing was changed [NOT_ATTACHED]`;
    throw Object.assign(new Error(message), { code: "NOT_ATTACHED" });
  });
