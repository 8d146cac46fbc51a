import type { Agent, buildConnector, Dispatcher } from "undici";

/** What the client uses of undici. */
export interface UndiciParts {
  Agent: typeof Agent;
  buildConnector: typeof buildConnector;
  request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
}

/**
 * These parts alone: the package's index also loads its fetch, caches, mocks and web sockets, four times as many files.
 * The index is what undici promises to keep, so where a version has its files elsewhere, that is loaded.
 */
export function undiciParts(): Promise<UndiciParts> {
  loaded ??= load();
  return loaded;
}

let loaded: Promise<UndiciParts> | undefined;

async function load(): Promise<UndiciParts> {
  try {
    return {
      Agent: require("undici/lib/dispatcher/agent"),
      buildConnector: require("undici/lib/core/connect"),
      request: require("undici/lib/api").request,
    };
  } catch (error) {
    if (!NOT_THERE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const { Agent, buildConnector, Dispatcher } = await import("undici");
    return { Agent, buildConnector, request: Dispatcher.prototype.request as UndiciParts["request"] };
  }
}

const NOT_THERE = new Set(["MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);
