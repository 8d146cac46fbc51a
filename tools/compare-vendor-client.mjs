// Compares the contract in test/contract with the models of a vendor client: what a newer client changed and added.
// Usage: node tools/compare-vendor-client.mjs FOLDER, where FOLDER is an unpacked client, as from `pip download
// --no-deps mixpeek` and `unzip`. Exits with 0 if nothing differs, else with 2.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const HERE = dirname(fileURLToPath(import.meta.url));
/** The tables of the contract that contain models. */
const TABLES = ["requests", "actions", "parts", "schedules", "answers"];
/** The facts about a key that both sides have. Not `minLength`: only this project rejects an empty id. */
const FACTS = ["required", "default", "values", "min", "max", "minItems"];

function readContract() {
  const files = ["requests.yaml", "answers.yaml", "calls.yaml"];
  const read = (file) => parse(readFileSync(join(HERE, "../test/contract", file), "utf8"));
  return Object.assign({}, ...files.map(read));
}

function readClient(folder) {
  const { status, stdout, stderr, error } = spawnSync("python3", [join(HERE, "vendor-models.py"), folder], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`cannot read a client in ${folder}: ${error?.message ?? stderr.trim()}`);
  return JSON.parse(stdout);
}

const sameList = (a, b) => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
const shown = (value) => (value === undefined ? "none" : JSON.stringify(value));

/** The client's class names, by their names in the contract. */
function classNames(contract) {
  const names = new Map();
  for (const table of [...TABLES, "enums"]) {
    for (const [name, { source }] of Object.entries(contract[table])) if (source) names.set(name, source);
  }
  return names;
}

/** The expected type of a key, as the client's models write it. */
function expectedType(key, classes) {
  if (key.enum) return classes.get(key.enum);
  if (key.model) return classes.get(key.model);
  if (key.enumClass ?? key.class) return key.enumClass ?? key.class;
  return key.type;
}

function compareKey(where, key, theirs, classes) {
  const found = [];
  const beyond = new Set(key.beyond ?? []);
  const [mine, its] = [expectedType(key, classes), theirs.model ?? theirs.type];
  if (mine !== its) found.push(`${where}: type ${shown(mine)} in the table, ${shown(its)} in the client`);
  for (const fact of FACTS) {
    if (beyond.has(fact)) continue;
    // The client sends the text that means absent as if it were a default.
    const mine = fact === "default" ? (key.default ?? key.absentAs) : key[fact];
    const its = theirs[fact];
    const same = Array.isArray(mine) && Array.isArray(its) ? sameList(mine, its) : mine === its;
    if (!same) found.push(`${where}: ${fact} ${shown(mine)} in the table, ${shown(its)} in the client`);
  }
  if (key.items && theirs.items && !beyond.has("items") && key.items.type !== "any") {
    found.push(...compareKey(`${where}[]`, key.items, theirs.items, classes));
  }
  return found;
}

function compareModel(where, model, client, classes) {
  if (!model.source) return [];
  const theirs = client.models[model.source]?.keys;
  if (!theirs) return [`${where}: the client has no ${model.source}`];
  const found = [];
  for (const [name, key] of Object.entries(model.keys)) {
    if (key.source === "docs") continue;
    if (theirs[name]) found.push(...compareKey(`${where}.${name}`, key, theirs[name], classes));
    else found.push(`${where}.${name}: not in the client`);
  }
  for (const [name, key] of Object.entries(theirs)) {
    if (model.keys[name] || (model.partial && !key.required)) continue;
    found.push(
      `${where}.${name}: new in the client (${key.model ?? key.type}${key.required ? ", required" : ""})`,
    );
  }
  return found;
}

function compareEnum(name, { source, values }, client) {
  const theirs = client.models[source]?.values;
  if (!theirs) return [`${name}: the client has no ${source}`];
  return [
    ...values
      .filter((value) => !theirs.includes(value))
      .map((value) => `${name}: "${value}" is not in the client`),
    ...theirs
      .filter((value) => !values.includes(value))
      .map((value) => `${name}: "${value}" is new in the client`),
  ];
}

function compareCall(call, { answer }, client, classes) {
  const theirs = client.calls[call];
  if (!theirs) return [`${call}: not in the client`];
  const found = [];
  const success = Object.entries(theirs.answers).filter(([status]) => Number(status) < 300);
  const [[status, model] = [undefined, null]] = success;
  if (success.length !== 1 || Number(status) !== answer.status) {
    found.push(`${call}: ${answer.status} in the table, ${success.map(([one]) => one)} in the client`);
  }
  const expected = answer.untyped ? "object" : answer.model ? classes.get(answer.model) : null;
  if (model !== expected)
    found.push(`${call}: answers ${shown(expected)} in the table, ${shown(model)} in the client`);
  return found;
}

/** Errors that differ from the table: one line for all calls with the same status and model. */
function compareErrors(calls, client, classes) {
  const expected = classes.get("Error");
  const others = new Map();
  for (const call of calls) {
    for (const [status, model] of Object.entries(client.calls[call]?.answers ?? {})) {
      if (Number(status) < 400 || model === expected) continue;
      const kind = `${status} answers ${shown(expected)} in the table, ${shown(model)} in the client`;
      others.set(kind, [...(others.get(kind) ?? []), call]);
    }
  }
  return [...others].map(
    ([kind, all]) => `${kind}: ${all.length} of ${calls.length} calls, such as ${all[0]}`,
  );
}

/** All differences, one per line. */
function differences(contract, client) {
  const classes = classNames(contract);
  const { calls, enums } = contract;
  return [
    ...Object.entries(enums).flatMap(([name, one]) => compareEnum(name, one, client)),
    ...TABLES.flatMap((table) =>
      Object.entries(contract[table]).flatMap(([name, model]) => compareModel(name, model, client, classes)),
    ),
    ...Object.entries(calls).flatMap(([call, one]) => compareCall(call, one, client, classes)),
    ...compareErrors(Object.keys(calls), client, classes),
    ...Object.keys(client.calls)
      .filter((call) => /^\w+ \/v1\/triggers(\/|$)/.test(call) && !calls[call])
      .map((call) => `${call}: new in the client (${client.calls[call].name})`),
  ];
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tools/compare-vendor-client.mjs FOLDER");
  process.exit(1);
}
const contract = readContract();
const client = readClient(folder);
const found = differences(contract, client);
console.log(
  `the table: ${contract.client}; the client: mixpeek ${client.version ?? "of an unknown version"}`,
);
for (const line of found) console.log(`- ${line}`);
console.log(found.length === 0 ? "no difference" : `${found.length} differences`);
process.exitCode = found.length === 0 ? 0 : 2;
