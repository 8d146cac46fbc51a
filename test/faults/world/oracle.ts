import { type EmulatedTrigger, type Emulator, startEmulator } from "../../../provider/emulator";
import type { Definition } from "../definitions";

type Content = Pick<
  EmulatedTrigger,
  "action_type" | "action_config" | "trigger_type" | "schedule_config" | "description"
>;

/**
 * Determines what a definition means by asking a service that never fails and fills in every default: definitions with
 * the same result mean the same. Independent of the client's own comparison.
 */
export class Oracle {
  private readonly known = new Map<string, string>();

  private constructor(private readonly emulator: Emulator) {}

  static async start(): Promise<Oracle> {
    return new Oracle(await startEmulator({ references: "any" }));
  }

  async meaning(content: Content | Definition): Promise<string> {
    const { action_type, action_config, trigger_type, schedule_config } = content;
    const description = content.description || null;
    const body = JSON.stringify({ action_type, action_config, trigger_type, schedule_config, description });
    const meaning = this.known.get(body) ?? (await this.ask(body));
    this.known.set(body, meaning);
    return meaning;
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  private async ask(body: string): Promise<string> {
    const response = await fetch(`${this.emulator.url}/v1/triggers`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_oracle",
        "x-namespace": "dev",
        "content-type": "application/json",
      },
      body,
    });
    if (!response.ok) throw new Error(`the oracle refuses ${body}: ${await response.text()}`);
    return contentText((await response.json()) as EmulatedTrigger);
  }
}

/** Everything that a definition says about a trigger except its name and status, in a canonical form. */
function contentText(trigger: Content): string {
  const { action_type, action_config, trigger_type, schedule_config, description } = trigger;
  return sortedText({ action_type, action_config, trigger_type, schedule_config, description });
}

/** JSON with sorted keys. */
export function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
