import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { KEY } from "../key";
import { Repo, search } from "../repo";

/** The requests that reached the address in a file of the repository. */
let received: string[];
let stranger: Server;
let address: string;
let repo: Repo;
beforeEach(async () => {
  received = [];
  stranger = createServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  repo = await Repo.open({ stacks: ["dev"] });
  search(repo);
  repo.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\n");
});
afterEach(async () => {
  await repo.close();
  await new Promise((done) => stranger.close(done));
});

const DEV = ["--env", "dev"];
const COMMANDS: readonly (readonly string[])[] = [
  ["preview", ...DEV],
  ["preview", ...DEV, "--no-state"],
  ["drift", ...DEV],
  ["compare", ...DEV, "--env", "prod"],
  ["promote", "--from", "dev", "--to", "prod", "--yes", "--force"],
  ["up", ...DEV, "--yes"],
  ["adopt", ...DEV, "--yes"],
  ["refresh", ...DEV, "--yes"],
  ["destroy", ...DEV, "--yes"],
];

const settings = (stack: string, values: Record<string, string>): void =>
  repo.write(`Pulumi.${stack}.yaml`, JSON.stringify({ config: values }));

describe("a key from the environment is not sent to an address from a file", () => {
  test("the environment's address takes precedence, in every command, and is printed", async () => {
    const url = repo.emulator.url;
    for (const stack of ["dev", "prod"]) settings(stack, { "mixpeek:baseUrl": address });
    for (const args of [["up", ...DEV, "--yes"], ...COMMANDS]) {
      const { code, stdout, stderr, requests } = await repo.run(...args);
      expect([args, code, stderr]).toEqual([args, expect.any(Number), expect.not.stringContaining("[")]);
      expect([args, stdout + stderr]).toEqual([args, expect.stringContaining(`API ${url}`)]);
      expect([args, requests.length]).not.toEqual([args, 0]);
    }
    expect(received).toEqual([]);
  });

  test("without one, it is an error, in every command, before any request", async () => {
    expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
    for (const stack of ["dev", "prod"]) settings(stack, { "mixpeek:baseUrl": address });
    repo.env = { MIXPEEK_BASE_URL: undefined };
    for (const args of COMMANDS) {
      const { code, stderr, requests } = await repo.run(...args);
      expect([args, code, stderr]).toEqual([args, 1, expect.stringContaining("[BASE_URL_NOT_ALLOWED]")]);
      expect([args, requests]).toEqual([args, []]);
    }
    expect(received).toEqual([]);
  });
});

test("address, key and namespace in the stack's settings apply to every command", async () => {
  const both = { "mixpeek:baseUrl": repo.emulator.url, "mixpeek:apiKey": KEY, "mixpeek:namespace": "dev" };
  for (const stack of ["dev", "prod"]) settings(stack, both);
  repo.write("environments/dev.yaml", "variables: { hour: 2 }\n");
  repo.env = { MIXPEEK_BASE_URL: undefined, MIXPEEK_API_KEY: "sk_of_the_environment" };
  const up = ["up", ...DEV, "--yes"];
  for (const args of [up, ...COMMANDS]) {
    const { code, stdout, stderr } = await repo.run(...args);
    expect([args, code, stderr]).toEqual([args, expect.any(Number), expect.not.stringContaining("[")]);
    expect([args, stdout + stderr]).toEqual([args, expect.stringContaining(`API ${repo.emulator.url}`)]);
  }
});

test("a destroy is not applied at another address than the plan's", async () => {
  settings("dev", { "mixpeek:baseUrl": repo.emulator.url, "mixpeek:apiKey": KEY });
  repo.env = { MIXPEEK_BASE_URL: undefined };
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  // The engine records the settings of the last `up`.
  settings("dev", { "mixpeek:baseUrl": address, "mixpeek:apiKey": KEY });
  const destroyed = await repo.run("destroy", ...DEV, "--yes");
  expect(destroyed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("[PLAN_CHANGED]"),
    writes: [],
  });
  expect(Object.keys(repo.live("dev"))).toHaveLength(2);
});

test("settings that were removed, including a key, leave the state at the next up", async () => {
  const key = "sk_of_the_settings";
  settings("dev", { "mixpeek:apiKey": KEY, "mixpeek:namespace": key });
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  const state = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";
  expect(repo.read(state)).toContain(key);
  repo.write("Pulumi.dev.yaml", "{}");
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(repo.read(state)).not.toContain(key);
});
