import { disabledMarker, encodeEvent, takeOver } from "../../api/provider-handover";
import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import { TriggerProvider } from "./provider";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The provider of a process that the engine started. What it prints, the engine shows under Diagnostics; a command that
 * started the engine and handed its plan over reads the events.
 */
export function childProvider(env: Env, print: (line: string) => void): TriggerProvider {
  const marker = disabledMarker(env);
  if (marker !== undefined) return disabledProvider(env, (event) => print(encodeEvent(event, marker)));
  const given = takeOver(env);
  const emit = (event: ProviderEvent): void =>
    print(given ? encodeEvent(event, given.marker) : eventText(event));
  return new TriggerProvider(env, emit, {}, () => given?.handedOver);
}

/** Without the command's plan, it could make writes that no preview has shown. */
const disabledProvider = (env: Env, emit: (event: ProviderEvent) => void): TriggerProvider =>
  new TriggerProvider(env, emit, {}, () => {
    emit({ kind: "not attached" });
    const message = `${eventText({ kind: "not attached" })}: nothing was changed [NOT_ATTACHED]`;
    throw Object.assign(new Error(message), { code: "NOT_ATTACHED" });
  });
