// Required before a command: writes which packages it has loaded to the file that LOADED_PACKAGES names, at its end.
const { writeFileSync } = require("node:fs");

// The cache of modules also has those that only stand in for others.
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
