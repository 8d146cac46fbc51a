import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import {
  clientOf,
  fakeClock,
  ok,
  type Reply,
  type Seen,
  serving,
  type TestServer,
  vendorError,
  wireTrigger,
} from "../server";

export type Wire = ReturnType<typeof wireTrigger>;

export const many = (count: number): Wire[] => Array.from({ length: count }, () => wireTrigger());

export const asked = ({ body }: Seen): { offset: number; limit: number } =>
  body as { offset: number; limit: number };

/** Lists like the API. Single reads also find the triggers in `hidden`. */
export const apiOf =
  (triggers: Wire[], hidden: Wire[] = []) =>
  (request: Seen): Reply => {
    if (request.url === "/v1/triggers/list") {
      const { offset, limit } = asked(request);
      return ok({ results: triggers.slice(offset, offset + limit), total: triggers.length, offset, limit });
    }
    const id = request.url.split("/").at(-1);
    const one = [...triggers, ...hidden].find(({ trigger_id }) => trigger_id === id);
    return one ? ok(one) : vendorError(404, "NotFoundError", `Trigger ${id} not found`);
  };

/** The complete client with a scripted server. */
export async function living(
  ...how: Parameters<typeof serving>
): Promise<{ server: TestServer; api: TriggersApi; live: TriggerLists }> {
  const server = await serving(...how);
  const api = new TriggersApi(clientOf(server, fakeClock(0).options));
  return { server, api, live: new TriggerLists(api) };
}
