import { equalJson } from "../../core/schema/equality";
import { counted } from "../../core/text/plural";
import { OWNER_TYPE, TRIGGER_TYPE } from "../../pulumi/resource/shim";
import { isOwner, ownerRecordIn, ownerUrn } from "../stack/state-file";

/** The JSON that `pulumi stack export` prints and `pulumi stack import` reads. Its secrets may be unencrypted. */
export interface Exported {
  version: number;
  deployment?: Deployment;
}

type Deployment = Readonly<Record<string, unknown>> & { resources?: readonly Resource[] };
type Resource = Readonly<Record<string, unknown>>;

/** How a state records the way its secrets are encrypted. */
export interface SecretsProvider {
  type: "passphrase" | "cloud";
  state: Readonly<Record<string, unknown>>;
}

const ROOT_TYPE = "pulumi:pulumi:Stack";

/** All resources except the engine's stack resource and this package's owner record. */
export const contentOf = ({ deployment }: Exported): readonly Resource[] =>
  (deployment?.resources ?? []).filter((each) => each["type"] !== ROOT_TYPE && !isOwner(each));

/**
 * Whether two stacks hold the same state, including secrets and the owner's record. Only one of them may be marked as
 * moved.
 */
export const isSameState = (one: Exported, other: Exported): boolean =>
  equalJson([contentOf(one), ownerOf(one)], [contentOf(other), ownerOf(other)]);

/** The state for another stack: with or without the mark of a move, and with that stack's secrets provider. */
export function stateFor(
  exported: Exported,
  { mark, secrets }: { mark: string | undefined; secrets?: SecretsProvider | undefined },
): Exported {
  const { deployment = {} } = exported;
  const resources = deployment.resources ?? [];
  const owner = resources.find(isOwner) ?? ownerIn(resources);
  const record = { ...ownerOf(exported), ...(mark === undefined ? {} : { movedTo: mark }) };
  const marked = { ...owner, inputs: record, outputs: record };
  const rest = resources.filter((each) => !isOwner(each));
  const at = resources.findIndex((each) => isOwner(each));
  // The engine rejects a state that lists a parent after its child.
  const place = at < 0 ? rest.findIndex(({ type }) => type === ROOT_TYPE) + 1 : at;
  const owned = Object.keys(record).length === 0 ? [] : [marked];
  return {
    ...exported,
    deployment: {
      ...deployment,
      ...(secrets === undefined ? {} : { secrets_providers: secrets }),
      resources: [...rest.slice(0, place), ...owned, ...rest.slice(place)],
    },
  };
}

/** The owner's record, without the mark of a move. */
export function ownerOf(exported: Exported): Resource {
  const { movedTo: _, ...owner } = recordOf(exported);
  return owner;
}

/** The address that the stack is marked as moved to. */
export const movedTo = (exported: Exported): string | undefined => {
  const address = recordOf(exported)["movedTo"];
  return address === undefined ? undefined : String(address);
};

const recordOf = ({ deployment }: Exported): Resource => ownerRecordIn(deployment?.resources ?? []) ?? {};

/** `2 triggers`, `1 trigger and 3 other resources`. */
export function contentText(exported: Exported): string {
  const content = contentOf(exported).filter(({ type }) => !String(type).startsWith("pulumi:providers:"));
  const triggers = content.filter(({ type }) => type === TRIGGER_TYPE).length;
  const others = content.length - triggers;
  return `${counted(triggers, "trigger")}${others > 0 ? ` and ${counted(others, "other resource")}` : ""}`;
}

/** An owner record for a state of an older release, which has none. */
function ownerIn(resources: readonly Resource[]): Resource {
  const { urn } = resources[0] ?? {};
  const [kind = "", name = ""] = String(urn).split("::");
  const stack = kind.split(":").at(-1) ?? "";
  const root = resources.find(({ type }) => type === ROOT_TYPE);
  return {
    urn: ownerUrn({ name, stack }),
    custom: false,
    type: OWNER_TYPE,
    ...(root ? { parent: root["urn"] } : {}),
  };
}
