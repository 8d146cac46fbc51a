import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  DEV,
  declare,
  editState,
  expectRefused,
  expectUnchanged,
  localUrl,
  move,
  OWNER,
  onShared,
  openWithPassphrase,
  pulumi,
  repo,
  SECRET,
  shared,
  sharedUrl,
  stateFile,
  textsBelow,
  there,
  up,
  where,
} from "./state-move";

test("to another backend and back: the triggers stay, and the old stack is not used", async () => {
  const moved = await there();
  expect(moved).toMatchObject({ code: 0, requests: [], stderr: "" });
  expect(moved.stdout).toBe(
    [
      `mixpeek-triggers state move: stack search-triggers/dev, from ${localUrl()} to ${sharedUrl()}`,
      "copied the state and compared the copy with it, including secrets.",
      `marked the stack in ${localUrl()} as moved: it stays there as a backup.`,
      'moved stack "dev" (2 triggers).',
      `Set PULUMI_BACKEND_URL to ${sharedUrl()} for every run from now on.`,
      "",
    ].join("\n"),
  );
  await onShared(expectUnchanged);
  for (const [command, ...args] of [
    ["preview"],
    ["up", "--yes"],
    ["up", "--yes", "--take-over"],
    ["adopt", "--yes"],
    ["refresh", "--yes"],
    ["drift"],
    ["destroy", "--yes", "--take-over"],
    ["state", "move", "--yes", "--to", `${sharedUrl()}/elsewhere`],
  ]) {
    const text = await expectRefused("STACK_MOVED", repo.run(command!, ...args, ...DEV));
    expect(text).toContain(
      `stack "dev" of project "search-triggers": its state was moved to ${sharedUrl()}, and the state in ${localUrl()} is a backup. Set PULUMI_BACKEND_URL to ${sharedUrl()} and run again. If a move was interrupted, repeat its command. To move the state back, run \`mixpeek-triggers state move --env environments/dev.yaml --to ${localUrl()}\` with that PULUMI_BACKEND_URL [STACK_MOVED].`,
    );
  }
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);

  // Changes made there come back.
  declare("nightly", "weekly");
  expect((await onShared(up)).code).toBe(0);
  const back = await onShared(() => move("--to", localUrl()));
  expect([back.code, back.stdout]).toEqual([
    0,
    expect.stringMatching(/^Unset PULUMI_BACKEND_URL for every run from now on\.$/m),
  ]);
  await expectUnchanged();
  await expectRefused("STACK_MOVED", onShared(up));
  expect((await repo.run("destroy", ...DEV, "--yes")).stdout).toMatch(/^2 deleted\.$/m);
  expect(existsSync(join(repo.folder, ".mixpeek/move-dev"))).toBe(false);
});

test("with another passphrase, all secrets are re-encrypted, in the state and in the stack's file", async () => {
  await openWithPassphrase();
  const secrets = ["extra:token=token-51ac", "extra:deep.list[0].key=key\nof two lines"];
  const values = [
    ...secrets.flatMap((value) => ["--secret", value]),
    "--plaintext",
    "extra:region=eu-west-1",
  ];
  await pulumi({}, "config", "set-all", "--stack", "dev", "--path", ...values);
  repo.write("Pulumi.dev.yaml", `# Of the search team.\n${repo.read("Pulumi.dev.yaml")}`);
  const before = repo.read("Pulumi.dev.yaml");
  writeFileSync(join(repo.folder, "../passphrase"), "correct horse\n");

  const moved = await move("--to", sharedUrl(), "--to-passphrase-file", "../passphrase", "--json");
  expect(JSON.parse(moved.stdout)).toEqual({
    version: 1,
    command: "state move",
    ok: true,
    project: "search-triggers",
    stack: "dev",
    environment: "environments/dev.yaml",
    from: localUrl(),
    to: sharedUrl(),
    outcome: "moved",
    triggers: 2,
    config_backup: join(repo.folder, ".mixpeek/Pulumi.dev.yaml.before-move"),
    errors: [],
  });
  expect(moved.stderr).toContain(
    "Pulumi.dev.yaml is for the new backend: commit it. The old file is .mixpeek/Pulumi.dev.yaml.before-move.\n",
  );
  expect(moved.stdout + moved.stderr).not.toContain("correct horse");
  expect(repo.read(".mixpeek/Pulumi.dev.yaml.before-move")).toBe(before);
  const after = repo.read("Pulumi.dev.yaml");
  const hidden = (text: string) => text.replaceAll(/(?<=secure: |encryptionsalt: ).+/g, "…");
  expect(hidden(after)).toBe(hidden(before));
  for (const [, value] of before.matchAll(/(?:secure|encryptionsalt): (.+)/g))
    expect(after).not.toContain(value);
  const planted = [SECRET, "token-51ac", "of two lines", "correct horse"];
  const found = textsBelow(join(repo.folder, ".mixpeek/state"), shared).join("");
  expect(planted.filter((secret) => found.includes(secret))).toEqual([]);

  const env = { PULUMI_BACKEND_URL: sharedUrl(), PULUMI_CONFIG_PASSPHRASE: "correct horse" };
  const config = await pulumi(env, "config", "--stack", "dev", "--show-secrets", "--json");
  expect(JSON.parse(config)).toMatchObject({
    "extra:token": { value: "token-51ac", secret: true },
    "extra:deep": { objectValue: { list: [{ key: "key\nof two lines" }] }, secret: true },
  });
  await where(env, expectUnchanged);
  const wrong = await onShared(() => repo.run("preview", ...DEV));
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("incorrect passphrase")]);
});

test("a state of an older release, which has no owner, is marked, too", async () => {
  editState((latest) => {
    latest.resources = latest.resources.filter(({ type }) => type !== OWNER);
  });
  expect((await there()).code).toBe(0);
  await expectRefused("STACK_MOVED", repo.run("destroy", ...DEV, "--yes"));
  const { resources } = JSON.parse(readFileSync(stateFile(shared), "utf8")).checkpoint.latest;
  expect(resources.map(({ type }: { type: string }) => type)).not.toContain(OWNER);
  await onShared(() => repo.run("up", ...DEV, "--yes"));
  await onShared(expectUnchanged);
  const back = await onShared(() => move("--to", localUrl()));
  expect([back.code, back.stderr]).toEqual([0, ""]);
  await expectUnchanged();
});

test("a run that read the state before the move, and continues after it, writes nothing", async () => {
  declare("nightly", "weekly");
  const held = repo.emulator.hold({ operation: "list", at: "after" });
  const late = repo.start("up", ...DEV, "--yes");
  await held.reached;
  expect((await there()).code).toBe(0);
  await held.release();
  expect([await late.ended, late.output]).toEqual([1, expect.stringContaining("[STACK_MOVED]")]);
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
});

describe("rejected, with the state unchanged", () => {
  let before: string;
  beforeEach(() => {
    before = readFileSync(stateFile(), "utf8");
  });
  afterEach(() => {
    if (before !== "") expect(readFileSync(stateFile(), "utf8")).toBe(before);
  });

  test("a target that already has such a stack, with its contents", async () => {
    cpSync(join(repo.folder, ".mixpeek/state"), shared, { recursive: true });
    expect(await expectRefused("STACK_EXISTS", there())).toContain(
      `cannot move stack "dev" of project "search-triggers": ${sharedUrl()} has a stack of that name, which holds 2 triggers. Check --to, --env and --project, or delete that stack with \`pulumi stack rm\` [STACK_EXISTS].`,
    );
    await onShared(expectUnchanged);
  });

  test("the place where the state already is, however it is written", async () => {
    for (const spelled of [
      localUrl(),
      `${localUrl()}/`,
      localUrl().replace("/.mixpeek/", "/triggers/../.mixpeek/"),
    ]) {
      const { code, stderr } = await move("--to", spelled);
      expect([code, stderr]).toEqual([1, expect.stringContaining("Choose another backend with --to")]);
    }
  });

  test("a stack that another run uses; --lock-timeout waits for it", async () => {
    const lock = ".mixpeek/state/.pulumi/locks/organization/search-triggers/dev/1.json";
    const content = {
      pid: 1,
      username: "ann",
      hostname: `not-${hostname()}`,
      timestamp: "2026-11-24T12:00:00Z",
    };
    repo.write(lock, JSON.stringify(content));
    expect(await expectRefused("STACK_LOCKED", there())).toContain("a run of ann@");
    const waiting = repo.start(
      "state",
      "move",
      ...DEV,
      "--yes",
      "--to",
      sharedUrl(),
      "--lock-timeout",
      "10m",
    );
    await waiting.prints(/waiting for the lock of stack "dev"/);
    rmSync(join(repo.folder, lock));
    expect([await waiting.ended, waiting.output]).toEqual([
      0,
      expect.stringMatching(/waited .* for the lock of stack "dev"; starting again/),
    ]);
    before = "";
  });

  test("a stack with an interrupted run's operations, an empty stack, and one with foreign code", async () => {
    const original = before;
    const edited = async (code: string, change: Parameters<typeof editState>[0]): Promise<string> => {
      writeFileSync(stateFile(), original);
      editState(change);
      before = readFileSync(stateFile(), "utf8");
      return expectRefused(code, there());
    };
    expect(
      await edited("OPERATIONS_PENDING", (latest) => {
        const resource = latest.resources.at(-1);
        Object.assign(latest, { pending_operations: [{ resource, type: "updating" }] });
      }),
    ).toContain("Run `up` first");
    await edited("STACK_EMPTY", (latest) => {
      latest.resources = [];
    });
    await edited("STATE_UNTRUSTED", (latest) => {
      const [trigger] = latest.resources.filter(({ type }) => type.endsWith("mixpeek:Trigger"));
      Object.assign((trigger as unknown as { inputs: object }).inputs, { __provider: "exports.handler=1" });
    });
  });

  test("an invalid command line", async () => {
    const cases: [args: string[], code: string, text: string][] = [
      [[], "USAGE", "no target is given. Add --to URL"],
      [["--to", "shared"], "USAGE", "--to shared is not a URL"],
      [["--to", "file://.mixpeek/state"], "USAGE", "already"],
      [["--to", "https://api.pulumi.com"], "MOVE_UNSUPPORTED", "`pulumi stack export`"],
      [["--to", sharedUrl(), "--env", "nowhere"], "FILE_NOT_FOUND", "nowhere"],
    ];
    for (const [args, code, text] of cases)
      expect(
        await expectRefused(
          code,
          repo.run("state", "move", "--yes", ...DEV.slice(args.includes("--env") ? 2 : 0), ...args),
        ),
      ).toContain(text);
    const both = ["--to-passphrase-file", "x", "--to-secrets-provider", "passphrase"];
    await expectRefused("USAGE", move("--to", sharedUrl(), ...both));
    await expectRefused("USAGE", repo.run("state", "move", ...DEV, "--to", sharedUrl()));
    await expectRefused(
      "STACK_NOT_FOUND",
      onShared(() => move("--to", localUrl())),
    );
    repo.write(".git/config", "");
    await expectRefused("REPOSITORY_UNKNOWN", there());
    repo.write("Pulumi.yaml", "runtime: nodejs\n");
    await expectRefused("PROJECT_NAME_MISSING", there());
  });

  test("a stack whose passphrase is not set", async () => {
    await openWithPassphrase();
    before = readFileSync(stateFile(), "utf8");
    const unset = { PULUMI_CONFIG_PASSPHRASE: undefined } as unknown as Record<string, string>;
    const text = await expectRefused("PASSPHRASE_MISSING", where(unset, there));
    expect(text).toContain("--to-passphrase-file FILE");
    // The command cannot know whether the stack has a passphrase.
    expect(text).toContain("If the stack was created with a passphrase, set PULUMI_CONFIG_PASSPHRASE to it");
  });

  test("a move that is not confirmed", async () => {
    const asked = repo.startOnTerminal("state", "move", ...DEV, "--to", sharedUrl());
    await asked.prints(/Move 2 triggers of dev to .*\? \(yes\/no\) /);
    asked.type("no");
    expect([await asked.ended, asked.output]).toEqual([1, expect.stringContaining("Nothing was changed.")]);
    expect(existsSync(stateFile(shared))).toBe(false);
  });
});
