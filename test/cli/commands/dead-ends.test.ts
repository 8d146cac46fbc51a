import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import ts from "typescript";
import type { Command } from "../../../provider/cli/command";
import { adopt } from "../../../provider/cli/commands/adopt";
import { compare } from "../../../provider/cli/commands/compare";
import { drift } from "../../../provider/cli/commands/drift";
import { emulator } from "../../../provider/cli/commands/emulator";
import { exportCommand } from "../../../provider/cli/commands/export";
import { init } from "../../../provider/cli/commands/init";
import { preview } from "../../../provider/cli/commands/preview";
import { promote } from "../../../provider/cli/commands/promote";
import { destroy } from "../../../provider/cli/commands/stack/destroy";
import { refresh } from "../../../provider/cli/commands/stack/refresh";
import { stateMove } from "../../../provider/cli/commands/stack/state-move";
import { unlock } from "../../../provider/cli/commands/stack/unlock";
import { timeline } from "../../../provider/cli/commands/timeline";
import { up } from "../../../provider/cli/commands/up";
import { validate } from "../../../provider/cli/commands/validate";

const PROVIDER = join(__dirname, "../../../provider");

const COMMANDS: Readonly<Record<string, Command>> = {
  init,
  validate,
  export: exportCommand,
  preview,
  up,
  adopt,
  promote,
  drift,
  compare,
  timeline,
  refresh,
  destroy,
  unlock,
  "state move": stateMove,
  emulator,
};

const READ = ["validate", "preview", "up", "adopt", "promote", "drift", "compare", "timeline"];
const PLAN = ["preview", "up", "adopt", "promote", "drift"];
const STACK = [...PLAN, "refresh", "destroy"];

/** Which commands print the messages of a file; the first match applies. */
const PRINTED_BY: readonly (readonly [file: RegExp, commands: readonly string[]])[] = [
  [/^cli\/commands\/(validate|init|export|emulator|drift)\.ts$/, []],
  [/^cli\/(run\/(run|planning|saved-plan)|stack\/checkpoints)\.ts$/, PLAN],
  [/^cli\/(move\/|commands\/stack\/state-move)/, ["state move"]],
  [/^cli\/run\/refresh-destroy\.ts$/, ["refresh", "destroy"]],
  [
    /^cli\/(project\/(project|stack-settings)|stack\/(stack-lock|pending-operations))\.ts$/,
    [...STACK, "unlock"],
  ],
  [
    /^cli\/(project\/(repository|lock-timeout)|stack\/(owner-check|stack-state|stack-locked-error|lock-wait|workspace|engine-run))\.ts$/,
    STACK,
  ],
  [/^core\/timeline(-formats)?\//, ["timeline"]],
  [/^core\/plan\/too-many-deletes\.ts$/, PLAN],
  [/^core\/export\/acceptable\.ts$/, ["drift"]],
  [/^(core|files|resolve|api|pulumi|apply|config)/, READ],
];

/** Commands that never print them, because their code does not use that path. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  "cli/commands/preview.ts --lock-timeout": ["preview"],
  "cli/commands/adopt.ts --allow-deletes": ["adopt"],
  // `adopt` leaves deletes out of its plan.
  "core/plan/too-many-deletes.ts --allow-deletes": ["adopt"],
  "cli/project/project.ts --env": ["promote"],
  // Only `preview` saves a plan.
  "cli/run/saved-plan.ts --out": ["up", "adopt", "promote", "drift"],
  "cli/project/project.ts --stack": PLAN,
  "cli/project/lock-timeout.ts --lock-timeout": ["preview"],
  "cli/stack/stack-locked-error.ts --lock-timeout": ["preview"],
  "cli/project/project.ts --secrets-provider": ["refresh", "destroy", "unlock"],
};

/** A message is a sentence. Text for other programs is not. */
const SENTENCE = /[A-Za-z]{2,} [A-Za-z`]/;

const NAMES = new RegExp(`\\b(?:${Object.keys(COMMANDS).join("|")})\\b`, "g");

/** Options of other programs. */
const FOREIGN = /(`pulumi|npm install)[^`]*$/;

interface Mention {
  file: string;
  option: string;
  text: string;
  /** The command that precedes the option in the sentence. */
  command: string | undefined;
}

function mentionsIn(file: string): Mention[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
  const found: Mention[] = [];
  const take = (text: string): void => {
    if (!SENTENCE.test(text.replaceAll(/--\S+/g, ""))) return;
    for (const match of text.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)) {
      const before = text.slice(0, match.index);
      if (FOREIGN.test(before)) continue;
      const commands = [...before.matchAll(NAMES)].map(([name]) => name);
      found.push({ file: relative(PROVIDER, file), option: match[1]!, text, command: commands.at(-1) });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) take(node.text);
    else if (ts.isTemplateExpression(node))
      take([node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join(""));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(PROVIDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/^(emulator|engine)\//.test(file))
  // The descriptions of keys are for docs/definitions.md and editors.
  .filter((file) => file !== "core/schema/file-keys.ts")
  .filter(
    (file) => !/^cli\/([\w-]+\/)?(demo|demo-stage|dispatch|command|engine-log|deferred-sdk)\.ts$/.test(file),
  );

const mentions = files.flatMap((file) => mentionsIn(join(PROVIDER, file)));

const accepts = (command: string, option: string): boolean =>
  option === "help" ||
  (Object.hasOwn(COMMANDS[command]!.options, option) &&
    COMMANDS[command]!.options[option]!.refused === undefined);

test("every option in a message is accepted by the command that prints it, or by the command that the message names", () => {
  expect(mentions.length).toBeGreaterThan(40);
  const wrong = mentions.flatMap(({ file, option, text, command }) => {
    const own = /^cli\/(?:[\w-]+\/)*([\w-]+)\.ts$/.exec(file)?.[1];
    const printedBy =
      PRINTED_BY.find(([pattern]) => pattern.test(file))?.[1] ??
      (own !== undefined && own in COMMANDS ? [own] : []);
    const commands =
      command === undefined ? (printedBy.length > 0 ? printedBy : own === undefined ? [] : [own]) : [command];
    return commands
      .filter((each) => !NEVER[`${file} --${option}`]?.includes(each))
      .filter((each) => each in COMMANDS && !accepts(each, option))
      .map((each) => `${file}: ${each} has no --${option}: ${text}`);
  });
  expect(wrong).toEqual([]);
});

test("every file in these lists exists", () => {
  const unmatched = PRINTED_BY.filter(([pattern]) => !files.some((file) => pattern.test(file)));
  expect(unmatched).toEqual([]);
  expect(Object.keys(NEVER).filter((key) => !files.includes(key.split(" ")[0]!))).toEqual([]);
});

test("the test finds an option that a command does not have", () => {
  expect(accepts("promote", "allow-deletes")).toBe(true);
  expect(accepts("promote", "env")).toBe(false);
  const unlocks = mentions.filter(({ option, file }) => option === "lock-timeout" && file.includes("stack/"));
  expect(unlocks.map(({ file }) => file)).toEqual(["cli/stack/stack-locked-error.ts"]);
  expect(mentions.some(({ option, command }) => option === "take-over" && command === "up")).toBe(true);
});
