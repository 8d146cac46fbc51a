import type { JsonObject } from "../../provider/core/schema/model";
import type { ApiVersion } from "../../provider/emulator";
import {
  ACTIONS,
  another,
  contentOf,
  type Definition,
  type Edit,
  type Namespace,
  SCHEDULES,
} from "./definitions";

export interface Declared {
  name: string;
  namespace: Namespace;
  definition: Definition;
}

/** The definitions as a program declares them, by resource name. */
export class Definitions {
  readonly declared = new Map<string, Declared>();
  /**
   * The place that a name in a namespace belongs to, permanently: its old holder may still be waiting to be deleted.
   */
  private readonly owners = new Map<string, string>();

  /**
   * In: the API's version, and the program's namespaces. A definition with another namespace goes into the first one.
   */
  constructor(
    private readonly api: ApiVersion,
    private readonly namespaces: readonly Namespace[],
  ) {}

  static urn = (at: number): string => `t${at}`;

  apply(change: Exclude<Edit, { edit: "adopt" }>): void {
    const urn = Definitions.urn(change.at);
    const known = this.declared.get(urn);
    if (change.edit === "declare") {
      const { definition } = change;
      // In other namespaces than dev, the second three have the names of the first three.
      const own = definition.namespace ? Definitions.urn(change.at % 3) : urn;
      this.place(urn, known?.name ?? own, definition);
      return;
    }
    if (!known) return;
    if (change.edit === "remove") this.declared.delete(urn);
    else if (change.edit === "rename") this.place(urn, `${known.name}+`, known.definition);
    else this.place(urn, known.name, edited(known.definition, change));
  }

  /** Declares an existing live trigger, under its own name or the place's. */
  take(at: number, { name, definition }: { name: string | undefined; definition: Definition }): void {
    const urn = Definitions.urn(at);
    this.place(urn, name ?? urn, definition);
  }

  adoptNoMore(urn: string): void {
    const { definition, ...rest } = this.declared.get(urn)!;
    const { adopt: _, ...bare } = definition;
    this.declared.set(urn, { ...rest, definition: bare });
  }

  /** In order of their resource names, so that a run is the same each time. */
  program(): Map<string, JsonObject & { __provider: string }> {
    const sorted = [...this.declared].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
      sorted.map(([urn, { name, namespace, definition }]) => [
        urn,
        { __provider: "shim", name, namespace, ...(contentOf(definition) as unknown as JsonObject) },
      ]),
    );
  }

  private place(urn: string, wanted: string, definition: Definition): void {
    const [first] = this.namespaces as [Namespace];
    const namespace = this.namespaces.find((each) => each === definition.namespace) ?? first;
    let name = wanted;
    while ((this.owners.get(`${namespace}/${name}`) ?? urn) !== urn) name += "'";
    this.owners.set(`${namespace}/${name}`, urn);
    this.declared.set(urn, { name, namespace, definition: { ...known(this.api, definition), namespace } });
  }
}

/** The actions that 0.81 does not have. */
const NEWER: ReadonlySet<string> = new Set(["retriever_execution", "alert_evaluation"]);

/** The definition with an action that this version of the API has. */
function known(api: ApiVersion, definition: Definition): Definition {
  if (api !== "0.81" || !NEWER.has(definition.action_type)) return definition;
  return { ...definition, action_type: "batch_rerun", action_config: ACTIONS["batch_rerun"]![0] };
}

/** The definition after one edit. Edits that concern no field do not change it. */
export function edited(definition: Definition, change: Edit): Definition {
  const { status: was, description, ...rest } = definition;
  const keep = {
    ...rest,
    ...(was === undefined ? {} : { status: was }),
    ...(description === undefined ? {} : { description }),
  };
  switch (change.edit) {
    case "schedule": {
      const { trigger_type: type, schedule_config: config } = definition;
      return { ...keep, schedule_config: another(SCHEDULES, type, config, change.variant) };
    }
    case "action": {
      const { action_type: type, action_config: config } = definition;
      return { ...keep, action_config: another(ACTIONS, type, config, change.variant) };
    }
    case "status": {
      const { status: _, ...bare } = keep;
      return change.status === undefined ? bare : { ...bare, status: change.status };
    }
    case "description": {
      const { description: _, ...bare } = keep;
      return change.text === undefined ? bare : { ...bare, description: change.text };
    }
    case "move":
      return { ...definition, namespace: change.namespace };
    default:
      return definition;
  }
}
