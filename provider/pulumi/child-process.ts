import { encodeEvent, takeOver } from "../api/hand-over";
import { eventText, type ProviderEvent } from "../core/report/provider-event";
import { TriggerProvider } from "./provider";

/**
 * The provider of a process that the engine started. What it prints, the engine shows under Diagnostics; a command that
 * started the engine and handed its plan over reads the events.
 */
export function childProvider(
  env: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): TriggerProvider {
  const given = takeOver(env);
  const emit = (event: ProviderEvent): void =>
    print(given ? encodeEvent(event, given.marker) : eventText(event));
  return new TriggerProvider(env, emit, {}, given?.handedOver);
}
