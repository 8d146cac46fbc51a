import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { download } from "../../provider/engine/download";
import { Interrupts } from "../../provider/engine/interrupt";
import { realSystem } from "../../provider/engine/system";
import { StandIn } from "./stand-in";

let place: StandIn;
beforeEach(() => {
  place = new StandIn();
});
afterEach(() => place.remove());

/** Runs the real child process, with an SDK whose `install` is this. */
async function downloadWith(install: string | undefined) {
  const sdk = join(place.folder, "automation.js");
  writeFileSync(sdk, `exports.PulumiCommand = { async install({ version, root }) { ${install} } };`);
  const scratch = join(place.folder, "scratch");
  mkdirSync(scratch);
  const root = join(scratch, "root");
  const system = { ...realSystem(process.env), sdk: () => (install === undefined ? undefined : sdk) };
  const failed = await download(scratch, root, { system, say: place.say, interrupts: new Interrupts() });
  return { failed, scratch, root };
}

it("asks the SDK for the pinned version, and keeps its temporary files in the scratch folder", async () => {
  const { failed, scratch, root } = await downloadWith(`
    const fs = require("node:fs");
    fs.mkdirSync(root);
    fs.writeFileSync(root + "/asked", version + " " + require("node:os").tmpdir());`);
  expect(failed).toBeUndefined();
  expect(readFileSync(join(root, "asked"), "utf8")).toBe(`3.259.0 ${join(scratch, "download")}`);
});

it.each([
  ["the SDK's own words when it fails", 'throw new Error("fetch failed\\nand more")', "fetch failed"],
  ["the status when it dies without a word", "process.exit(9)", "the SDK's installer ended with 9"],
  ["that there is no SDK", undefined, "it is made by @pulumi/pulumi, which is not installed"],
])("tells %s", async (_what, install, reason) => {
  expect((await downloadWith(install)).failed).toBe(reason);
});
