/**
 * The provider that the one-line reference in a stack's state loads: `pulumi-mixpeek/runtime`. Programs do not import it.
 * The path and the exported names never change, since every release must read the states of all older releases.
 */
import { childProvider } from "./pulumi/dynamic-provider/child-process";
import type { TriggerProvider } from "./pulumi/dynamic-provider/provider";

type Methods = Pick<TriggerProvider, "check" | "diff" | "create" | "update" | "read" | "delete">;

const provider = childProvider(process.env, (line) => console.log(line));

/**
 * The SDK prints `${error}: ${error.stack}` for errors of check, diff, read and delete, so the error's code replaces
 * its stack.
 */
function brief<K extends keyof Methods>(method: K): Methods[K] {
  const call = (provider[method] as (...args: unknown[]) => Promise<unknown>).bind(provider);
  return (async (...args: unknown[]) => {
    try {
      return await call(...args);
    } catch (error) {
      throw briefError(error);
    }
  }) as unknown as Methods[K];
}

function briefError(error: unknown): Error {
  const given = error as Error & { code?: string };
  const code = given.code ?? "INTERNAL";
  const rendered = Object.assign(new Error(given.message), given);
  Object.defineProperty(rendered, "stack", { value: code });
  Object.defineProperty(rendered, "toString", { value: () => "mixpeek" });
  return rendered;
}

export const configure = async (request: {
  config: { get(key: string): string | undefined };
}): Promise<void> => provider.configure(request.config);
export const check = brief("check");
export const diff = brief("diff");
export const create = brief("create");
export const update = brief("update");
export const read = brief("read");
const remove = brief("delete");

export { remove as delete };
