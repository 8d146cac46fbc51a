/**
 * At start, the SDK loads the TypeScript compiler and two packages of npm, which it needs to serialize functions. That
 * takes two thirds of its load time and half of its memory. No function is serialized here (the provider is a constant
 * string), and the provider's process does not use the Automation API, a fifth of the rest. So all of them are loaded
 * only on first use. This module is imported before the SDK in this process and preloaded (--require) in the provider's
 * process.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";

/** Relative to the SDK's folder. If a release lacks one of them, it is skipped. */
const UNUSED = ["./typescript-shim", "@npmcli/arborist", "normalize-package-data", "./automation"];

/** Node's own module cache: `require` returns what it contains. */
type Cached = NonNullable<(typeof require.cache)[string]>;

function defer(fromSdk: NodeJS.Require, name: string): void {
  const file = fromSdk.resolve(name);
  if (require.cache[file]) return;
  let loaded: object | undefined;
  const load = (): object => {
    if (loaded === undefined) {
      delete require.cache[file];
      loaded = fromSdk(file) as object;
    }
    return loaded;
  };
  const exports = new Proxy(
    {},
    {
      // Set for all, so that a compiled `import * as` uses the module itself instead of copying each property.
      get: (_, key) => {
        if (key === "__esModule") return true;
        const own = load();
        // What a compiled `import` takes from a module that exports one function.
        return key === "default" && !("default" in own) ? own : Reflect.get(own, key);
      },
      has: (_, key) => Reflect.has(load(), key),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
  require.cache[file] = {
    id: file,
    filename: file,
    loaded: true,
    exports,
    children: [],
    paths: [],
  } as unknown as Cached;
}

/**
 * The SDK of the process's working folder, as the provider's launcher resolves it, or else the one next to this
 * package.
 */
function sdks(): string[] {
  const found = [[process.cwd()], [__dirname]].flatMap((paths) => {
    try {
      return [dirname(require.resolve("@pulumi/pulumi/package.json", { paths }))];
    } catch {
      return [];
    }
  });
  return [...new Set(found)];
}

for (const sdk of sdks()) {
  const fromSdk = createRequire(`${sdk}/index.js`);
  for (const name of UNUSED) {
    try {
      defer(fromSdk, name);
    } catch {
      // This release of the SDK does not have it.
    }
  }
}
