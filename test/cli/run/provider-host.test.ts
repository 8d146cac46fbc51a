import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation";
import { disabledMarker, type HandedOver, takeOver } from "../../../provider/api/provider-handover";
import { ProviderHost } from "../../../provider/cli/run/provider-host";

const HANDED_OVER: HandedOver = { baseUrl: "https://canary.example.com", lists: [] };

let folder: string;
let env: Record<string, string>;
const open = () =>
  ProviderHost.open({ workspace: { envVars: env } } as unknown as Stack, folder, HANDED_OVER);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-host-"));
  env = {};
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How a connection ends on the port that the engine gets. */
const connected = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.once("connect", () => {
      socket.destroy();
      resolve("connected");
    });
  });

test("the engine attaches to a port of this process, no file is written, and the port closes with the run", async () => {
  const host = await open();
  const port = Number(/^pulumi-nodejs:(\d+)$/.exec(env["PULUMI_DEBUG_PROVIDERS"] ?? "")?.[1]);
  expect(await connected(port)).toBe("connected");
  expect(disabledMarker(env)).toBe(host.marker);
  expect(JSON.stringify(env)).not.toContain("canary");
  expect(readdirSync(folder)).toEqual([]);
  expect(await host.fallBack(false)).toBe(false);
  await host.close();
  expect(await connected(port)).toBe("ECONNREFUSED");
  expect(env).not.toHaveProperty("PULUMI_DEBUG_PROVIDERS");
});

test("if the engine started a process instead, the process gets the plan, once", async () => {
  const host = await open();
  expect(await host.fallBack(true)).toBe(true);
  expect(env).not.toHaveProperty("PULUMI_DEBUG_PROVIDERS");
  expect(disabledMarker(env)).toBeUndefined();
  expect(takeOver(env)).toEqual({ handedOver: HANDED_OVER, marker: host.marker });
  expect(await host.fallBack(true)).toBe(false);
  await host.close();
  expect(readdirSync(folder)).toEqual([]);
});
