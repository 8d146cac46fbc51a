/**
 * The SDK loads the TypeScript compiler and npm's arborist at its start, to turn functions into text: two thirds of
 * its time to load and half of its memory. No function is turned into text here (the provider is a constant string), so
 * both are put off until somebody touches them. Imported before the SDK in this process, and preloaded (--require) in
 * the provider's.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";

/** From the SDK's folder. Where a release no longer has one of them, it is left as it is. */
const UNUSED = ["./typescript-shim", "@npmcli/arborist"];

/** Node's own cache of modules: what is there is what `require` gives. */
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
      // Said of both, so that a compiled `import * as` keeps the module as it is instead of copying each property.
      get: (_, key) => (key === "__esModule" ? true : Reflect.get(load(), key)),
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

/** The SDK of the folder the process runs in, as the provider's launcher resolves it, else the one beside this package. */
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
      // Not in this release of the SDK.
    }
  }
}
