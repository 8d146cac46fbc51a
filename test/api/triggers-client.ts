import { TriggersApi } from "../../provider/api/triggers";
import { clientOf, serving, type TestServer } from "./server";

/** A service with scripted replies, and a client for it. */
export async function startTriggers(
  ...how: Parameters<typeof serving>
): Promise<{ server: TestServer; api: TriggersApi }> {
  const server = await serving(...how);
  return { server, api: new TriggersApi(clientOf(server)) };
}

/** The body of a create. */
export const BODY = {
  name: "nightly",
  action_type: "cluster",
  action_config: { cluster_id: "clust_1" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

/** The same for an API without names. */
const { name: _, ...nameless } = BODY;
export const NAMELESS = nameless;

/** Its definition. */
export const DESIRED = { ...BODY, namespace: "dev" };
