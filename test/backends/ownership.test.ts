import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ADS, onEachBackend, PROD, SEARCH } from "./backend";

const OWNER = "mixpeek:index:StackOwner";

onEachBackend("the owner of a stack", (backend) => {
  test("is recorded by the first up; another repository with the same project name is stopped", async () => {
    const team = backend();
    const search = await team.repo(SEARCH, "nightly", "hourly");
    const ads = await team.repo(ADS, "nightly");
    const up = await team.run(search, "up", ...PROD, "--yes");
    expect([up.code, up.writes.length, up.stderr]).toEqual([0, 2, expect.not.stringContaining("error")]);
    const owner = (await team.resources(search)).find(({ type }) => type === OWNER);
    expect(owner).toMatchObject({
      outputs: {
        repository: "github.com/acme/search-triggers",
        environment: "environments/prod.yaml",
        namespace: "prod",
      },
    });

    for (const command of [["preview"], ["up", "--yes"], ["destroy", "--yes"]]) {
      const { code, stderr, writes } = await team.run(ads, ...command, ...PROD);
      expect([command, code, writes]).toEqual([command, 1, []]);
      expect(stderr).toContain(
        `stack "prod" of project "${team.project}": it belongs to environments/prod.yaml of github.com/acme/search-triggers, namespace "prod", and this run is for environments/prod.yaml of github.com/acme/ads`,
      );
      expect(stderr).toContain("[STACK_OF_ANOTHER]");
    }
    expect(Object.keys(search.live("prod")).sort()).toEqual(["hourly", "nightly"]);

    const shown = await team.run(ads, "preview", ...PROD, "--take-over");
    expect([shown.code, shown.stdout]).toEqual([2, expect.stringContaining("- hourly  delete\n")]);
    expect((await team.run(ads, "up", ...PROD, "--take-over", "--yes")).code).toBe(0);
    expect(Object.keys(search.live("prod"))).toEqual(["nightly"]);
    expect((await team.run(search, "preview", ...PROD)).stderr).toContain("[STACK_OF_ANOTHER]");
  });

  test("belongs to the first of two repositories whose first runs overlap: the later one changes nothing", async () => {
    const team = backend();
    const search = await team.repo(SEARCH, "nightly", "hourly");
    const ads = await team.repo(ADS, "banners");
    // ads has found no stack, and continues when there is one.
    const held = search.emulator.hold({ operation: "list", at: "after" });
    const later = ads.start("up", ...PROD, "--yes");
    await held.reached;
    expect((await team.run(search, "up", ...PROD, "--yes")).code).toBe(0);
    await held.release();
    expect([await later.ended, later.output]).toEqual([1, expect.stringContaining("[STACK_OF_ANOTHER]")]);
    team.expectNoSecrets(later.output);
    expect(Object.keys(search.live("prod")).sort()).toEqual(["hourly", "nightly"]);
    const next = await team.run(search, "up", ...PROD, "--yes");
    expect([next.code, next.writes]).toEqual([0, []]);
    expect((await team.run(ads, "up", ...PROD, "--yes")).stderr).toContain("[STACK_OF_ANOTHER]");
  });

  test("stops another namespace and another environment file; both can continue without a delete", async () => {
    const team = backend();
    const search = await team.repo(SEARCH, "nightly");
    expect((await team.run(search, "up", ...PROD, "--yes")).code).toBe(0);
    const before = search.live("prod");

    search.write("environments/prod.yaml", "namespace: staging\n");
    const moved = await team.run(search, "up", ...PROD, "--yes");
    expect([moved.code, moved.writes]).toEqual([1, []]);
    expect(moved.stderr).toMatch(/namespace "staging"\. Restore namespace: prod.*\[STACK_OF_ANOTHER\]/);
    search.write("environments/prod.yaml", "namespace: prod\n");

    renameSync(join(search.folder, "environments/prod.yaml"), join(search.folder, "environments/live.yaml"));
    await team.pulumi(search, "stack", "rename", "live", "--stack", "prod");
    const renamed = await team.run(search, "up", "--env", "live", "--yes");
    expect([renamed.code, renamed.writes]).toEqual([0, []]);
    expect(search.live("prod")).toEqual(before);

    // environments/live.yaml now owns the stack. While that file exists, prod.yaml is another environment.
    search.write("environments/prod.yaml", "namespace: prod\n");
    await team.pulumi(search, "stack", "rename", "prod", "--stack", "live");
    const other = await team.run(search, "up", ...PROD, "--yes");
    expect([other.code, other.writes]).toEqual([1, []]);
    expect(other.stderr).toMatch(
      /belongs to environments\/live\.yaml .*this run is for environments\/prod\.yaml .*\[STACK_OF_ANOTHER\]/,
    );
  });

  test("is added by the next up to a state without an owner", async () => {
    const team = backend();
    const search = await team.repo(SEARCH, "nightly");
    expect((await team.run(search, "up", ...PROD, "--yes")).code).toBe(0);
    await team.editState(search, (resources) => resources.filter(({ type }) => type !== OWNER));
    expect((await team.resources(search)).map(({ type }) => type)).not.toContain(OWNER);
    const up = await team.run(search, "up", ...PROD, "--yes");
    expect([up.code, up.writes]).toEqual([0, []]);
    expect((await team.resources(search)).map(({ type }) => type)).toContain(OWNER);
  });

  test("needs a project name and a repository id", async () => {
    const team = backend();
    const search = await team.repo(SEARCH, "nightly");
    rmSync(join(search.folder, ".git"), { recursive: true });
    const unknown = await team.run(search, "up", ...PROD, "--yes");
    expect([unknown.code, unknown.requests, unknown.stderr]).toEqual([
      1,
      [],
      expect.stringContaining("[REPOSITORY_UNKNOWN]"),
    ]);
    rmSync(join(search.folder, "Pulumi.yaml"));
    for (const command of [["preview"], ["up", "--yes"], ["destroy", "--yes"]]) {
      const { code, requests, stderr } = await team.run(search, ...command, ...PROD);
      expect([command, code, requests]).toEqual([command, 1, []]);
      expect(stderr).toContain("[PROJECT_NAME_MISSING]");
    }
  });
});
