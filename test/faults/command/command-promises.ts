import type { SetPlan } from "../../../provider/core/plan/plan-model";
import type { LoggedRequest } from "../../../provider/emulator";
import { contentOf } from "../definitions";
import type { EngineModel } from "../engine/engine-model";
import { broken, isNamed, type Sight } from "../promises";
import type { Backend } from "../world/backend";
import type { Checkout } from "../world/checkout";
import { type Oracle, sortedText } from "../world/oracle";
import type { Site, Sites } from "../world/sites";
import { definitionText, type Seen, shortly } from "../world/somebody";
import type { CommandName, CommandOptions, CommandResult } from "./commands";

/**
 * Nothing happened that was not in the plan. In: the plan if it was applied, undefined if nothing may have been
 * written; every request; all triggers, including deleted ones, before and after.
 */
export function onlyPlanned(
  plan: SetPlan | undefined,
  requests: readonly LoggedRequest[],
  { before, after }: { before: readonly Seen[]; after: readonly Seen[] },
): void {
  const allowed = new Set(plan?.triggers.flatMap(requestsOf));
  for (const { method, path, namespace } of requests) {
    if (method === "GET" || path.endsWith("/list")) continue;
    const sent = path === "/v1/triggers" ? `${method} ${path} in ${namespace}` : `${method} ${path}`;
    if (!allowed.has(sent)) throw broken("unplanned", `${sent} was sent: ${planText(plan)}`);
  }
  const then = new Map(before.map((each) => [each.trigger_id, each]));
  for (const now of after) {
    const { trigger_id: id, name, namespace } = now;
    const was = then.get(id);
    const isChanged = was !== undefined && definitionText(was) !== definitionText(now);
    if (isChanged && ![...allowed].some((each) => each.includes(id)))
      throw broken("unplanned", `${shortly(was)} became ${shortly(now)}: ${planText(plan)}`);
    if (was !== undefined) continue;
    const creates = plan?.triggers.filter(
      (each) => each.name === name && each.namespace === namespace && each.calls.some(isCreate),
    );
    const made = after.filter((each) => !then.has(each.trigger_id) && each.name === name);
    const here = made.filter((each) => each.namespace === namespace);
    if (!creates || here.length > creates.length)
      throw broken("unplanned", `${shortly(now)} was created: ${planText(plan)}`);
  }
}

const isCreate = ({ op }: { op: string }): boolean => op === "create" || op === "revive";

function requestsOf({ calls, namespace }: SetPlan["triggers"][number]): string[] {
  const create = `POST /v1/triggers in ${namespace}`;
  return calls.flatMap((call) => {
    const path = `/v1/triggers/${call.triggerId}`;
    switch (call.op) {
      case "create":
        return [create];
      case "revive":
        return [`POST ${path}/resume`, create];
      case "patch":
        return [`PATCH ${path}`];
      case "delete":
        return [`DELETE ${path}`];
      default:
        return [`POST ${path}/${call.op}`];
    }
  });
}

const planText = (plan: SetPlan | undefined): string =>
  plan
    ? plan.triggers.map(({ resource, op, triggerId }) => `${op} ${resource} ${triggerId ?? ""}`).join(", ")
    : "no plan was applied";

/** The name and complete state of every stack. */
export const statesOf = (backend: Backend): ReadonlyMap<string, string> =>
  new Map(backend.all().map(([name, { engine }]) => [name, sortedText(engine.state)]));

export interface StateOf {
  stack: string;
  checkout: Checkout;
}

/** Others' triggers were not touched, and a stack dropped only what its plan says. */
export function nothingForgotten(
  { stack, checkout }: StateOf,
  { plan, applied, command }: { plan?: SetPlan | undefined; applied: boolean; command: CommandName },
  before: ReadonlyMap<string, string>,
  { after, live }: { after: ReadonlyMap<string, string>; live: readonly Seen[] },
): void {
  for (const [name, state] of before)
    if ((name !== stack || !applied) && after.get(name) !== state)
      throw broken("touched", `the state of ${name} changed in a run on ${stack}`);
  const then = JSON.parse(before.get(stack) ?? "[]") as EngineModel["state"];
  const now = new Set((JSON.parse(after.get(stack) ?? "[]") as EngineModel["state"]).map(({ id }) => id));
  for (const { id, urn } of then.filter((each) => !now.has(each.id))) {
    if (command === "refresh") {
      if (live.some((each) => each.trigger_id === id && each.status !== "disabled"))
        throw broken("lost", `a refresh forgot ${id}, which is live`);
      continue;
    }
    const isPlanned = plan?.triggers.some(
      ({ resource, op, triggerId }) =>
        (triggerId === id && ["delete", "forget", "replace"].includes(op)) ||
        (["create", "adopt"].includes(op) &&
          (resource === urn || checkout.definitions.get(resource)?.replaces === urn)),
    );
    if (!isPlanned) throw broken("lost", `${stack} forgot ${urn} (${id}): ${planText(plan)}`);
  }
}

/**
 * A stack of another repository, environment or namespace is refused, and one's own is not. Out: which case it was, for
 * the count of steps.
 */
export function ownerAsked(
  command: CommandName,
  site: Site,
  sites: Sites,
  { takeOver = false }: CommandOptions,
  { plan, errors }: CommandResult,
): string | undefined {
  const isOverStack = command === "refresh" || command === "destroy";
  const isAnothers = sites.isAnothers(site, isOverStack);
  const isRefused = errors.some((error) => error.includes("[STACK_OF_ANOTHER]"));
  if (isRefused && (!isAnothers || takeOver))
    throw broken("touched", `${site.stack} is its own, and it is refused: ${errors.join("; ")}`);
  if (!isAnothers) return undefined;
  const { repository, environment } = sites.owners.get(site.stack)!;
  if (plan && !takeOver) throw broken("touched", `${site.stack} is ${repository}'s, and it is not refused`);
  if (!isRefused) return plan ? "take-over" : undefined;
  if (repository !== site.checkout.repository) return "another-repository";
  return environment === site.environment ? "moved-namespace" : "another-environment";
}

/** A response that is not the API's changes no state, makes no plan, and is reported. */
export function nothingByWrongAddress(
  { stack }: Site,
  { planned, applied, errors }: CommandResult,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): void {
  for (const [name, state] of before)
    if (after.get(name) !== state) throw broken("lost", `a wrong address changed the state of ${name}`);
  // If nothing is declared and nothing is in the state, there is no request.
  if (planned && planned.plan.triggers.length > 0)
    throw broken("wrong", "a plan was made of what is not the API");
  const isAsked = applied && (before.get(stack) ?? "[]") !== "[]";
  if (isAsked && !errors.some((error) => error.includes("[NOT_THE_API]")))
    throw broken("wrong", `a wrong address is not reported: ${errors.join("; ")}`);
}

/** Everything that an environment declares is live as declared, once, and nothing else is in the stack's state. */
export async function asDeclared(
  site: Site,
  { live, program, ids }: Sight,
  engine: EngineModel,
  theirs: ReadonlySet<string>,
  oracle: Oracle,
): Promise<void> {
  const state = new Set(engine.state.map(({ id }) => id));
  for (const trigger of live) {
    const { trigger_id: id } = trigger;
    if (state.has(id) || theirs.has(id)) continue;
    if ([...program.values()].some((props) => isNamed(trigger, props)))
      throw broken("duplicated", `${shortly(trigger)} is live beside the one that the state knows`);
  }
  for (const [key, props] of program) {
    const trigger = live.find((each) => each.trigger_id === ids.get(key) && isNamed(each, props));
    if (!trigger) throw broken("lost", `${key} is not live in ${site.namespace}`);
    const definition = { ...site.checkout.definitions.get(key)!, namespace: site.namespace };
    const [is, wanted] = [await oracle.meaning(trigger), await oracle.meaning(contentOf(definition))];
    if (is !== wanted) throw broken("wrong", `${key} is ${is}, not ${wanted}`);
    if (definition.status !== undefined && trigger.status !== definition.status)
      throw broken("wrong", `${key} is ${trigger.status}, not ${definition.status}`);
  }
  if (state.size !== program.size) throw broken("lost", "the state has others than the definitions");
}
