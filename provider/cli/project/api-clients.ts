import { HttpClient } from "../../api/http";
import type { HttpOptions } from "../../api/http-call";
import type { Wait } from "../../api/limits/pace";
import { serveLimits } from "../../api/limits/shared-limits";
import type { Settings } from "../../config";

const waitText = ({ seconds, reason }: Wait): string => `waiting ${Math.ceil(seconds)} s: ${reason}`;

/** The API clients that environments share: one for each key and address, so that they share one rate limit. */
export class ApiClients {
  readonly #clients = new Map<string, HttpClient>();
  readonly #served = new Map<HttpClient, ReturnType<typeof serveLimits>>();

  /** `note` prints a line that concerns all clients, such as how long the API's rate limit makes them wait. */
  constructor(private readonly note: (line: string) => void) {}

  /**
   * The client for these settings. `options` apply only if it has to be created. Throws ApiError for an invalid key or
   * address.
   */
  clientFor({ apiKey, baseUrl }: Settings, options: Omit<HttpOptions, "onWait">): HttpClient {
    const identity = `${apiKey}\n${baseUrl}`;
    const onWait = (wait: Wait): void => this.note(waitText(wait));
    const client = this.#clients.get(identity) ?? new HttpClient({ ...options, onWait });
    this.#clients.set(identity, client);
    return client;
  }

  /** Serves a client's rate limits to the provider's processes. Returns the address. */
  async limitsOf(client: HttpClient): Promise<string> {
    const served = this.#served.get(client) ?? serveLimits(client.limits);
    this.#served.set(client, served);
    return (await served).address;
  }

  /** Stops the servers. The clients stay usable. */
  async close(): Promise<void> {
    for (const served of this.#served.values()) (await served).close();
    this.#served.clear();
  }
}
