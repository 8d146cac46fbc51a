// Azure Blob Storage, emulated by the npm package azurite.
import { createHmac, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { answers, freePort, startServer } from "./process.mjs";

const ACCOUNT = "mixpeekstate";
const CONTAINER = "pulumi";
const API_VERSION = "2023-11-03";

/** In: an empty folder. Out: the server's backend URL and the AZURE_… variables that it needs. */
export async function startAzure(folder) {
  const blob = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const key = randomBytes(64).toString("base64");
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = await startServer(
    "azurite",
    process.execPath,
    [
      ...[blob, "--blobHost", "127.0.0.1", "--blobPort", port, "--location", folder, "--silent"],
      // The CLI uses a newer protocol version than the emulator knows.
      ...["--skipApiVersionCheck", "--disableTelemetry"],
    ],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
      ready: () => answers(`http://${address}/${ACCOUNT}`),
    },
  );
  try {
    await createContainer(address, key);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    name: "azblob",
    label: "Azure Blob Storage (azurite)",
    url: `azblob://${CONTAINER}?protocol=http&domain=${address}&localemu=true`,
    env: { AZURE_STORAGE_ACCOUNT: ACCOUNT, AZURE_STORAGE_KEY: key },
    secrets: [key],
    stop: server.stop,
  };
}

/** The Put Container request, signed with the account's key, because Pulumi does not create containers. */
async function createContainer(address, key) {
  const path = `/${ACCOUNT}/${CONTAINER}`;
  const date = new Date().toUTCString();
  const headers = `x-ms-date:${date}\nx-ms-version:${API_VERSION}\n`;
  // In an emulator, the account is also part of the path, so it appears twice here.
  const text = `PUT${"\n".repeat(12)}${headers}/${ACCOUNT}${path}\nrestype:container`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const response = await fetch(`http://${address}${path}?restype=container`, {
    method: "PUT",
    headers: {
      "x-ms-date": date,
      "x-ms-version": API_VERSION,
      authorization: `SharedKey ${ACCOUNT}:${signature}`,
    },
  });
  if (response.status !== 201)
    throw new Error(`cannot create container ${CONTAINER}: ${response.status} ${await response.text()}`);
}
