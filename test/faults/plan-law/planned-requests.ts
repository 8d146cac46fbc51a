import type { SetPlan, TriggerPlan } from "../../../provider/core/plan/plan-model";
import type { Recorded } from "../recorder";
import { sortedText } from "../world/oracle";

type Expected = Omit<Recorded, "status">;

/**
 * How the sent writes differ from the plan: method, trigger, body, and the order for one trigger. `some`: the run was
 * interrupted, so missing requests are not a difference. Empty: they agree.
 */
export function differences({ triggers }: SetPlan, sent: readonly Recorded[], some = false): string[] {
  const expected = triggers.flatMap((plan) => expectedOf(plan, sent));
  const left = expected.map(textOf);
  const unplanned: string[] = [];
  for (const text of sent.map(textOf)) {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    else if (!some || !expected.map(textOf).includes(text)) unplanned.push(`sent, not planned: ${text}`);
  }
  const missing = some ? [] : left.map((text) => `planned, not sent: ${text}`);
  const disordered = some ? [] : triggers.flatMap((plan) => disorderOf(plan, sent));
  return [...unplanned, ...missing, ...(unplanned.length + missing.length === 0 ? disordered : [])];
}

/** The requests for one trigger's calls. A trigger to be revived is created if the service refuses to resume it. */
function expectedOf({ calls, name, namespace }: TriggerPlan, sent: readonly Recorded[]): Expected[] {
  const of = (id: string | undefined): string => `/v1/triggers/${id}`;
  const requests: Expected[] = [];
  for (const call of calls) {
    switch (call.op) {
      case "create":
        requests.push({ method: "POST", path: "/v1/triggers", namespace, body: call.body });
        break;
      case "patch":
        requests.push({ method: "PATCH", path: of(call.triggerId), namespace, body: call.body });
        break;
      case "pause":
      case "resume":
        requests.push({ method: "POST", path: `${of(call.triggerId)}/${call.op}`, namespace, body: null });
        break;
      case "revive": {
        const path = `${of(call.triggerId)}/resume`;
        requests.push({ method: "POST", path, namespace, body: null });
        const answer = sent.find((each) => each.path === path);
        if (answer === undefined || answer.status < 300) break;
        requests.push({ method: "POST", path: "/v1/triggers", namespace, body: call.body });
        return requests;
      }
      case "delete":
        requests.push({ method: "DELETE", path: of(call.triggerId), namespace: "", body: null });
        break;
    }
  }
  if (calls.length > 0 && requests.length === 0) throw new Error(`no request is known for ${name}`);
  return requests;
}

function disorderOf(plan: TriggerPlan, sent: readonly Recorded[]): string[] {
  const texts = sent.map(textOf);
  const places = expectedOf(plan, sent).map((each) => texts.indexOf(textOf(each)));
  const inOrder = places.every((place, index) => index === 0 || place > places[index - 1]!);
  return inOrder ? [] : [`${plan.name}: its requests were sent in another order`];
}

/** A trigger's id identifies its namespace. Only a create needs the namespace itself. */
const textOf = ({ method, path, namespace, body }: Expected): string =>
  sortedText({ method, path, body, ...(path === "/v1/triggers" ? { namespace } : {}) });
