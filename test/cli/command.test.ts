import { expect, jest, test } from "@jest/globals";
import { command, commandHelp, readOptions } from "../../provider/cli/command";
import { adopt } from "../../provider/cli/commands/adopt";
import { drift } from "../../provider/cli/commands/drift";
import { preview } from "../../provider/cli/commands/preview";
import { up } from "../../provider/cli/commands/up";
import { run } from "../../provider/cli/dispatch";

const FORMATS = ["text", "json"] as const;

interface Expected {
  env: string;
  allEnvs: boolean | undefined;
  target: readonly string[] | undefined;
  format: (typeof FORMATS)[number];
  color: "auto" | "never" | undefined;
  port: number;
  allowDeletes: number | undefined;
  out: string | undefined;
}

const seen: Expected[] = [];

/** The type of `values` is checked: it and the expected type are assigned to each other. */
const example = command(
  {
    env: { value: "FILE", doc: "the environment", required: "no environment is given. Add --env." },
    "all-envs": { doc: "all of them" },
    target: { value: "NAME", doc: "only this one", multiple: true },
    format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
    color: { value: "WHEN", doc: "auto, never", oneOf: ["auto", "never"] },
    port: { value: "N", doc: "where to listen", default: "4010", number: { max: 65_535 } },
    "allow-deletes": { value: "N", doc: "at most so many", number: {} },
    out: { value: "FILE", doc: "write there" },
  },
  async (values) => {
    const expected: Expected = values;
    const back: typeof values = expected;
    seen.push(back);
    return 0;
  },
);

const read = async (...args: string[]): Promise<Expected> => {
  await example.run(await readOptions("example", example, args));
  return seen.pop()!;
};

test("values are parsed as declared, by their names in camel case", async () => {
  expect(await read("--env", "prod")).toEqual({
    env: "prod",
    format: "text",
    port: 4010,
    allEnvs: undefined,
    target: undefined,
    color: undefined,
    allowDeletes: undefined,
    out: undefined,
  });
  const all = ["--all-envs", "--target", "a", "--target=b", "--format", "json", "--color", "never"];
  expect(await read("--env=prod", ...all, "--port", "0", "--allow-deletes", "7", "--out", "")).toEqual({
    env: "prod",
    allEnvs: true,
    target: ["a", "b"],
    format: "json",
    color: "never",
    port: 0,
    allowDeletes: 7,
    out: "",
  });
});

test.each([
  [[], "no environment is given. Add --env."],
  [["--env", ""], "no environment is given. Add --env."],
  [["--env", "a", "--env", "b"], "--env is given twice. Give it once."],
  [["--env", "a", "--format", "xml"], "--format xml is not one of text, json."],
  [["--env", "a", "--color", ""], "--color  is not one of auto, never."],
  [["--env", "a", "--port", "65536"], "--port 65536 is not a whole number from 0 to 65535."],
  [["--env", "a", "--port", "1e3"], "--port 1e3 is not a whole number from 0 to 65535."],
  [
    ["--env", "a", "--allow-deletes", "some"],
    "--allow-deletes some is not a whole number. Write one, such as --allow-deletes 5.",
  ],
  [["--envs", "a"], "unknown option --envs. Did you mean --env?"],
])("%j is rejected", async (args, message) => {
  await expect(read(...args)).rejects.toMatchObject({
    code: "USAGE",
    message: `mixpeek-triggers example: ${message}`,
  });
});

test("the help shows an option's default, but not its rules", () => {
  expect(commandHelp("example", "an example", example.options)).toContain(
    "  --port N           where to listen (default 4010)\n  --allow-deletes N  at most so many\n",
  );
});

test("preview takes no lock: it rejects --lock-timeout, and its help does not offer it", async () => {
  await expect(
    readOptions("preview", preview, ["--env", "prod", "--lock-timeout", "5m"]),
  ).rejects.toMatchObject({
    code: "USAGE",
    message:
      "mixpeek-triggers preview: --lock-timeout is for runs that lock the stack; preview only reads and takes no lock. Omit it.",
  });
  expect(await readOptions("preview", preview, ["--env", "prod"])).toMatchObject({ env: ["prod"] });
  expect(commandHelp("preview", "the plan", preview.options)).not.toContain("lock-timeout");
  expect(commandHelp("up", "apply", up.options)).toContain("--lock-timeout DURATION");
});

test("adopt deletes nothing: it rejects --allow-deletes, and its help does not offer it", async () => {
  await expect(readOptions("adopt", adopt, ["--env", "prod", "--allow-deletes", "3"])).rejects.toMatchObject({
    code: "USAGE",
    message:
      "mixpeek-triggers adopt: --allow-deletes is for commands that delete triggers; adopt deletes none. Omit it.",
  });
  const help = commandHelp("adopt", "adopt", adopt.options);
  expect(help).not.toContain("allow-deletes");
  expect(help).toContain("adopt deletes nothing, but a later `up` may");
});

test.each([
  ["drift", drift, "fix"],
  ["drift", drift, "accept"],
  ["preview", preview, "out"],
  ["up", up, "plan"],
])("the help of %s says that an option is for one environment only", (name, { options }, option) => {
  const [line] = commandHelp(name, "", options).match(new RegExp(`^  --${option}\\b.*$`, "m")) ?? [];
  expect(line).toContain("for one environment only");
});

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

async function ran(...args: string[]): Promise<Ran> {
  const text = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((part) => {
      text[stream] += part;
      return true;
    }),
  );
  try {
    return { code: await run(args), ...text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await ran(...args);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

const RENAMED = "mixpeek-triggers diff: renamed to compare. Use compare: the next release removes diff.\n";

test.each([[["--help"]], [[]], [["--env", "dev", "--env", "prod"]], [["--envs", "dev"]]])(
  "diff %j does what compare does, and reports its new name once",
  async (args) => {
    const compared = await ran("compare", ...args);
    expect(await ran("diff", ...args)).toEqual({ ...compared, stderr: `${RENAMED}${compared.stderr}` });
  },
);

test("the list of commands does not contain earlier names", async () => {
  expect(await printed("--help")).not.toMatch(/^ {2}diff /m);
});

test("a command's help begins with its summary from the list of commands", async () => {
  const rows = [
    ...(await printed("--help")).matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}(.+?)(?: \(alias: (\w+)\))?$/gm),
  ];
  expect(rows.length).toBeGreaterThan(14);
  for (const [, name = "", summary = "", alias] of rows)
    for (const each of alias === undefined ? [name] : [name, alias]) {
      const [first = ""] = (await printed(...each.split(" "), "--help")).split("\n");
      expect([first, first.startsWith(`mixpeek-triggers ${name}: ${summary}`)]).toEqual([first, true]);
    }
});
