import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureEngine } from "../../provider/engine";
import { PulumiWrapper, type Then } from "./pulumi-wrapper";
import { type Ran, Repo } from "./repo";

const DEV = ["--env", "environments/dev.yaml"];
const SECRET = "planted-7f3a91c2";
const OWNER = "mixpeek:index:StackOwner";

let repo: Repo;
let shared: string;
beforeEach(async () => {
  repo = await Repo.open();
  shared = join(repo.folder, "..", "shared");
  mkdirSync(shared);
  repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
  repo.write("environments/dev.yaml", "namespace: dev\n");
  declare("nightly", "hourly");
  repo.env = { MIXPEEK_VAR_TEAM: SECRET };
});
afterEach(() => repo.close());

/** Triggers, each with a secret in it. */
function declare(...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { description: "for \${env:MIXPEEK_VAR_TEAM}", action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  repo.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}

const sharedUrl = (): string => `file://${shared}`;
const localUrl = (): string => `file://${repo.folder}/.mixpeek/state`;
const up = (): Promise<Ran> => repo.run("up", ...DEV, "--yes");
const move = (...args: string[]): Promise<Ran> => repo.run("state", "move", ...DEV, "--yes", ...args);
const there = (): Promise<Ran> => move("--to", sharedUrl());

/** Runs it with other variables, such as a backend. */
async function where<T>(env: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = repo.env;
  repo.env = { ...before, ...env };
  try {
    return await run();
  } finally {
    repo.env = before;
  }
}
const onShared = <T>(run: () => Promise<T>): Promise<T> => where({ PULUMI_BACKEND_URL: sharedUrl() }, run);

async function expectUnchanged(): Promise<void> {
  const { code, stdout, writes, stderr } = await repo.run("preview", ...DEV);
  expect({ code, writes, stderr }).toEqual({ code: 0, writes: [], stderr: "" });
  expect(stdout).toMatch(/^2 unchanged\.$/m);
}

async function expectRefused(code: string, run: Promise<Ran>): Promise<string> {
  const ran = await run;
  expect([ran.code, ran.writes, ran.stderr]).toEqual([1, [], expect.stringContaining(`[${code}]`)]);
  return ran.stderr;
}

/** The Pulumi CLI itself, on .mixpeek/state. */
async function pulumi(env: Record<string, string>, ...args: string[]): Promise<string> {
  const cli = (await ensureEngine()).pulumi;
  const all = {
    ...process.env,
    PULUMI_BACKEND_URL: localUrl(),
    PULUMI_CONFIG_PASSPHRASE: "e2e",
    PULUMI_HOME: join(repo.folder, "..", "home"),
    ...env,
  };
  return execFileSync(cli, args, { cwd: repo.folder, env: all, encoding: "utf8" });
}

const stateFile = (folder = join(repo.folder, ".mixpeek/state")): string =>
  join(folder, ".pulumi/stacks/search-triggers/dev.json");

/** Changes a stack's state as somebody with a text editor would. */
function editState(change: (latest: { resources: { type: string }[] }) => void): void {
  const state = JSON.parse(readFileSync(stateFile(), "utf8"));
  change(state.checkpoint.latest);
  writeFileSync(stateFile(), JSON.stringify(state));
}

function textsBelow(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"));
}

test("to another backend and back: the triggers stay, and the stack that was left is not used", async () => {
  expect((await up()).writes).toHaveLength(2);
  const moved = await there();
  expect(moved).toMatchObject({ code: 0, requests: [], stderr: "" });
  expect(moved.stdout).toBe(
    [
      `mixpeek-triggers state move: stack search-triggers/dev, from ${localUrl()} to ${sharedUrl()}`,
      "copied the state and compared the copy with it, secrets included.",
      `marked the stack on ${localUrl()} as moved: it stays there as a backup.`,
      'moved stack "dev", 2 triggers.',
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
      `stack "dev" of project "search-triggers": its state is on ${sharedUrl()}, and what is on ${localUrl()} is a backup. Set PULUMI_BACKEND_URL to that address and run again. If a move was interrupted, repeat its command; to move the state back, run \`mixpeek-triggers state move --env environments/dev.yaml --to ${localUrl()}\` with that PULUMI_BACKEND_URL [STACK_MOVED].`,
    );
  }
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);

  // What changes there comes back.
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

test("with another passphrase everything that is secret is encrypted again, in the state and in the stack's file", async () => {
  expect((await up()).code).toBe(0);
  const set = (...args: string[]) => pulumi({}, "config", "set", "--stack", "dev", ...args);
  await set("--secret", "extra:token", "token-51ac");
  await set("--secret", "--path", "extra:deep.list[0].key", "key\nof two lines");
  await set("extra:region", "eu-west-1");
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
    "Pulumi.dev.yaml is for the new place: commit it. The old one is .mixpeek/Pulumi.dev.yaml.before-move.\n",
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
  const get = (...args: string[]) => pulumi(env, "config", "get", "--stack", "dev", ...args);
  expect(await get("extra:token")).toBe("token-51ac\n");
  expect(await get("--path", "extra:deep.list[0].key")).toBe("key\nof two lines\n");
  await where(env, expectUnchanged);
  const wrong = await onShared(() => repo.run("preview", ...DEV));
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("incorrect passphrase")]);
});

test("a state of an older release, which has no owner, is marked all the same", async () => {
  expect((await up()).code).toBe(0);
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

test("a run that read the state before it was moved, and goes on after, writes nothing", async () => {
  expect((await up()).code).toBe(0);
  declare("nightly", "weekly");
  const held = repo.emulator.hold({ operation: "list", at: "after" });
  const late = repo.start("up", ...DEV, "--yes");
  await held.reached;
  expect((await there()).code).toBe(0);
  await held.release();
  expect([await late.ended, late.output]).toEqual([1, expect.stringContaining("[STACK_MOVED]")]);
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
});

describe("refused, with the state as it was", () => {
  let before: string;
  beforeEach(async () => {
    expect((await up()).code).toBe(0);
    before = readFileSync(stateFile(), "utf8");
  });
  afterEach(() => {
    if (before !== "") expect(readFileSync(stateFile(), "utf8")).toBe(before);
  });

  test("a target that has such a stack, and says what it holds", async () => {
    await where({ PULUMI_BACKEND_URL: sharedUrl() }, up);
    expect(await expectRefused("STACK_EXISTS", there())).toContain(
      `cannot move stack "dev" of project "search-triggers": ${sharedUrl()} has a stack of that name, which holds 2 triggers. Check --to, --env and --project, or delete that stack with \`pulumi stack rm\` [STACK_EXISTS].`,
    );
    await onShared(expectUnchanged);
  });

  test("a stack that another run works on; --lock-timeout waits for it", async () => {
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

  test("what an interrupted run left, an empty stack, and one that holds code of others", async () => {
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

  test("a command line that cannot be meant", async () => {
    const cases: [args: string[], code: string, text: string][] = [
      [[], "USAGE", "no target is given. Name it: --to URL"],
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
    repo.write(
      "Pulumi.yaml",
      "name: search-triggers\nruntime: nodejs\nmixpeek: { repository: acme/search }\n",
    );
    const open = { PULUMI_CONFIG_PASSPHRASE: undefined } as unknown as Record<string, string>;
    expect(await expectRefused("PASSPHRASE_MISSING", where(open, there))).toContain(
      "--to-passphrase-file FILE",
    );
  });

  test("a move that is not confirmed", async () => {
    const asked = repo.startOnTerminal("state", "move", ...DEV, "--to", sharedUrl());
    await asked.prints(/Move 2 triggers of dev to .*\? \(yes\/no\) /);
    asked.type("no");
    expect([await asked.ended, asked.output]).toEqual([1, expect.stringContaining("Nothing was changed.")]);
    expect(existsSync(stateFile(shared))).toBe(false);
  });
});

describe("a CLI that", () => {
  let cli: PulumiWrapper;
  beforeEach(async () => {
    expect((await up()).code).toBe(0);
    cli = await PulumiWrapper.in(join(repo.folder, "..", "cli"));
  });

  /** Moves there with a CLI that does something at one of its calls, counted from 1 among those of that name. */
  async function stoppedAt(
    name: string,
    nth: number,
    then: Then,
    run: () => Promise<Ran> = there,
  ): Promise<Ran> {
    const at = CALLS.flatMap((call, index) => (call === name ? [index + 1] : []))[nth - 1];
    const ran = await where(cli.env(at, then), run);
    expect(cli.calls()[at! - 1]).toBe(name);
    return ran;
  }

  /** Of a move to a file backend that has no such stack. */
  const CALLS = [
    "stack export",
    "stack select",
    "stack select",
    "stack init",
    "stack export",
    "stack import",
    "stack export",
    "up",
    "stack export",
    "stack import",
  ];

  test.each([
    ["stack init", 1, "source"],
    ["stack import", 1, "source"],
    ["up", 1, "none"],
    ["stack import", 2, "target"],
  ] as const)(
    "is killed after %s %i leaves at most one stack that can be used, and the same command goes on",
    async (name, nth, usable) => {
      expect((await stoppedAt(name, nth, "kill-after")).stdout).not.toContain("moved stack");
      // An empty stack can be used, too, but holds nothing.
      const isUsed = ({ stdout }: Ran): boolean => stdout.includes("2 unchanged.");
      const preview = () => repo.run("preview", ...DEV);
      expect([isUsed(await preview()), isUsed(await onShared(preview))]).toEqual([
        usable === "source",
        usable === "target",
      ]);
      expect(await there()).toMatchObject({ code: 0, stderr: "" });
      await onShared(expectUnchanged);
      await expectRefused("STACK_MOVED", preview());
    },
  );

  test("is killed on the way back, after it removed the backup, goes on", async () => {
    expect((await there()).code).toBe(0);
    const back = () => move("--to", localUrl());
    await onShared(() => where(cli.env(3, "kill-after"), back));
    expect(cli.calls().at(-1)).toBe("stack rm");
    await onShared(expectUnchanged);
    expect((await onShared(back)).code).toBe(0);
    await expectUnchanged();
  });

  test.each<[what: string, name: string, nth: number, code: string]>([
    ["cannot import", "stack import", 1, "ENGINE"],
    ["cannot mark the source", "up", 1, "ENGINE"],
  ])("%s: the copy is removed and the source is as it was", async (_, name, nth, code) => {
    const before = readFileSync(stateFile(), "utf8");
    const text = await expectRefused(code, stoppedAt(name, nth, "fail"));
    expect(text).toContain("the disk is full");
    expect(existsSync(stateFile(shared))).toBe(false);
    expect(readFileSync(stateFile(), "utf8")).toBe(before);
    await expectUnchanged();
  });

  test("cannot write the target once the source is marked: both are refused until the command is repeated", async () => {
    const text = await expectRefused("MOVE_UNFINISHED", stoppedAt("stack import", 2, "fail"));
    expect(text).toContain("Repeat the command, which does the rest");
    await expectRefused("STACK_MOVED", repo.run("up", ...DEV, "--yes"));
    await expectRefused("STACK_MOVED", onShared(up));
    const again = await there();
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('stack "dev" is moved; what an interrupted move left is done.'),
    ]);
    await onShared(expectUnchanged);
    expect((await there()).code).toBe(0);
  });

  test("is at work when Ctrl-C comes: the move is undone", async () => {
    const shell = "kill -INT $PPID";
    const { code, stderr } = await stoppedAt("stack import", 1, { shell });
    expect([code, stderr]).toEqual([130, "interrupted; nothing was changed.\n"]);
    expect(existsSync(stateFile(shared))).toBe(false);
    await expectUnchanged();
  });

  test("finds the stack changed by another run while it was copied: the move is undone", async () => {
    const shell = `sed -i 's/"interval_seconds":600/"interval_seconds":601/; s/"interval_seconds": 600/"interval_seconds": 601/' '${stateFile()}'`;
    const text = await expectRefused("STACK_CHANGED", stoppedAt("stack import", 1, { shell }));
    expect(text).toContain("another run changed it while it was copied. Run it again");
    expect(existsSync(stateFile(shared))).toBe(false);
    expect((await there()).code).toBe(0);
  });
});
