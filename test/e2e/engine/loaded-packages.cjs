// Loaded before a command: when it ends, writes the packages that it has loaded to the file in LOADED_PACKAGES.
const { writeFileSync } = require("node:fs");

// The module cache would also contain placeholders of deferred packages.
const load = require.extensions[".js"];
const files = [];
require.extensions[".js"] = (module, file) => {
  files.push(file);
  load(module, file);
};

process.on("exit", () => {
  const names = files.flatMap(
    (path) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replace("\\", "/") ?? [],
  );
  writeFileSync(process.env.LOADED_PACKAGES, JSON.stringify([...new Set(names)].sort()));
});
