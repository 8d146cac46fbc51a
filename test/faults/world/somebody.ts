import type { EmulatedTrigger, Emulator } from "../../../provider/emulator";
import type { Declared } from "../declared";
import {
  ACTIONS,
  another,
  contentOf,
  type Definition,
  type Hand,
  type Namespace,
  SCHEDULES,
} from "../definitions";
import { sortedText } from "./oracle";

/** A trigger and the name of its namespace. */
export type Seen = EmulatedTrigger & { namespace: Namespace };

const OTHER: Definition = {
  action_type: "cluster",
  action_config: ACTIONS["cluster"]![1]!,
  trigger_type: "cron",
  schedule_config: { cron_expression: "5 5 5 5 *" },
};

export const shortly = ({ trigger_id: id, name, status, namespace }: Seen): string =>
  `${id} "${name}" in ${namespace} (${status})`;

/** Other people who use the same service: they change managed triggers, and create their own. */
export class Somebody {
  /** What they created, in its original form; undefined if a definition asks to adopt it. */
  readonly made = new Map<string, string | undefined>();
  private count = 0;

  /** In: whether triggers have names, and the namespaces that these people use. */
  constructor(
    private readonly emulator: Emulator,
    private readonly names: boolean,
    private readonly namespaces: readonly Namespace[],
  ) {}

  /** All triggers, including deleted ones. */
  seen(): Seen[] {
    return this.namespaces.flatMap((namespace) =>
      this.emulator.triggers(namespace).map((trigger) => ({ ...trigger, namespace })),
    );
  }

  /** In: the id of the managed trigger concerned, and its definition. */
  does(act: Hand, id: string | undefined, declared?: Declared): void {
    if (act.hand === "unmanaged") this.make(`theirs-${this.count}`, OTHER, this.among(act.namespace));
    else if (act.hand === "owned") this.makeOwned(this.among(act.namespace));
    else if (act.hand === "rival") {
      if (!declared) return;
      const namespace = this.among(act.namespace ?? declared.namespace);
      this.make(declared.name, act.equal ? declared.definition : OTHER, namespace);
    } else {
      const live = this.seen().find(({ trigger_id }) => trigger_id === id);
      if (live && live.status !== "disabled") this.change(act, live);
    }
  }

  /** The triggers that are no longer as they created them. */
  touched(): string[] {
    const live = new Map(this.seen().map((trigger) => [trigger.trigger_id, trigger]));
    return [...this.made]
      .filter(([id, as]) => {
        const now = live.get(id);
        // Permanently deleted, which only the emulator itself does.
        return now !== undefined && as !== undefined && definitionText(now) !== as;
      })
      .map(([id]) => id);
  }

  private among(wanted: Namespace | undefined): Namespace {
    return this.namespaces.find((each) => each === wanted) ?? this.namespaces[0]!;
  }

  private change(act: Hand, live: Seen): void {
    const { namespace, trigger_id: id } = live;
    const edit = (patch: Record<string, unknown>) => this.emulator.edit(namespace, id, patch);
    switch (act.hand) {
      case "schedule":
        edit({
          schedule_config: another(
            SCHEDULES,
            live.trigger_type,
            live.schedule_config,
            act.variant,
            namespace,
          ),
        });
        break;
      case "action":
        edit({
          action_config: another(ACTIONS, live.action_type, live.action_config, act.variant, namespace),
        });
        break;
      case "status":
        edit({ status: act.status, ...(act.status === "failed" ? { consecutive_failures: 5 } : {}) });
        break;
      case "description":
        edit({ description: act.text });
        break;
      case "rename":
        if (this.names) edit({ name: `${live.name} by hand` });
        break;
      case "give up":
        edit({ status: "disabled", consecutive_failures: 5, last_execution_error: "no such thing" });
        break;
      case "delete":
        this.emulator.remove(namespace, id);
        break;
    }
  }

  /** Created through a collection, because faults would affect an API call. */
  private make(name: string, as: Definition, namespace: Namespace): void {
    const { status = "active", ...definition } = contentOf({ ...as, namespace });
    const { collection, id } = this.makeOwned(namespace);
    const { action_type, action_config, trigger_type, schedule_config, description = null } = definition;
    const content = { action_type, action_config, trigger_type, schedule_config, description };
    this.emulator.edit(namespace, id, { ...(this.names ? { name } : {}), status, ...content });
    this.emulator.removeResource(namespace, "collections", collection);
    this.note(id);
  }

  private makeOwned(namespace: Namespace): { collection: string; id: string } {
    this.count += 1;
    const made = this.emulator.addResource(namespace, "collections", {
      name: `crawled-${this.count}`,
      schedule: { trigger_type: "cron", schedule_config: { cron_expression: "0 1 1 * *" } },
    });
    const id = String(made["trigger_id"]);
    this.note(id);
    return { collection: String(made["collection_id"]), id };
  }

  private note(id: string): void {
    this.made.set(id, definitionText(this.seen().find(({ trigger_id }) => trigger_id === id)!));
  }
}

/** Everything about a trigger that a person decides, without its runs. */
export function definitionText(trigger: EmulatedTrigger): string {
  const { name, description, action_type, action_config, trigger_type, schedule_config, status } = trigger;
  return sortedText({ name, description, action_type, action_config, trigger_type, schedule_config, status });
}
