// Writes the files that are generated from the field table of provider/core: `node tools/generate.mjs`.
// With --check, it writes nothing, prints each outdated file and exits with 1.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { argsFiles } from "./generate/args.mjs";
import { DOCS_FILE, docsText } from "./generate/docs.mjs";
import { issueCodesIn } from "./generate/docs-issues.mjs";
import { SCHEMA_FILE, schemaText } from "./generate/schema.mjs";
import { loadCore } from "./generate/table.mjs";

const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Generated text by relative path. */
export function generate(root = HERE) {
  const core = loadCore(root);
  const args = Object.entries(argsFiles(core)).map(([path, text]) => [path, formatted(path, text)]);
  return {
    ...Object.fromEntries(args),
    [SCHEMA_FILE]: formatted(SCHEMA_FILE, schemaText(core)),
    [DOCS_FILE]: docsText(core, issueCodesIn(resolve(root, "provider/core/issues/issue.ts"))),
  };
}

/** The generated files that differ from what is on disk. */
export function stale(root, files) {
  return Object.entries(files)
    .filter(([path, text]) => read(resolve(root, path)) !== text)
    .map(([path]) => path);
}

/** Formatted as `biome ci` requires, so that nobody has to format a generated file manually. */
function formatted(path, text) {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${path}`], {
    cwd: HERE,
    input: text,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`cannot format ${path}: ${run.stderr || run.error?.message}`);
  return run.stdout;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function main(args) {
  const unknown = args.filter((arg) => arg !== "--check");
  if (unknown.length > 0) {
    console.error(`unknown argument ${unknown[0]}. Usage: node tools/generate.mjs [--check]`);
    return 1;
  }
  const files = generate();
  const outdated = stale(HERE, files);
  if (args.includes("--check")) {
    for (const path of outdated)
      console.error(`${path} is stale. Run \`npm run build && node tools/generate.mjs\`.`);
    return outdated.length > 0 ? 1 : 0;
  }
  for (const path of outdated) {
    mkdirSync(dirname(resolve(HERE, path)), { recursive: true });
    writeFileSync(resolve(HERE, path), files[path]);
    console.log(`wrote ${path}`);
  }
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
