import { expect, test } from "@jest/globals";
import { type Issue, isError } from "../../../provider/core/issues/issue";
import { CONFIGS } from "../../bad-input/cases/definitions-config-cases";
import { CONTENT } from "../../bad-input/cases/definitions-content-cases";
import { SYNTAX } from "../../bad-input/cases/definitions-syntax-cases";
import { nightly, setOf } from "../files";

const cron = (expression: string): string =>
  nightly(`schedule_config: { cron_expression: ${JSON.stringify(expression)} }`);
const zone = (name: string): string =>
  nightly(`schedule_config: { cron_expression: "0 2 * * *", timezone: ${JSON.stringify(name)} }`);

const MORE: readonly (readonly [name: string, text: string])[] = [
  ...["15 10 * * ? *", "0 18 ? * 2-6 *", "cron(15 10 * * ? *)", "0 0 12 ? * MON-FRI", "30 0 2 * * *"],
  ...["CRON_TZ=Europe/Paris 0 2 * * *", "0 9, 17 * * *", "@daily", "0 22-4 * * *", "0 0 * * SAT-SUN"],
  ...[
    "0 0 * NOV-FEB *",
    "0 9 * * 1",
    "*/90 * * * *",
    "0 9 * * 5-7",
    "5/15 * * * *",
    "? ? * * *",
    "*/0 * * * *",
  ],
].map((expression) => [expression, cron(expression)] as const);
const ZONES = ["BST", "IST", "PST", "US/Pacific-New", "europe/paris"].map(
  (name) => [name, zone(name)] as const,
);

const INPUTS = [...SYNTAX, ...CONTENT, ...CONFIGS].flatMap(([name, text]) =>
  typeof text === "string" && text.length < 10_000 ? [[name, text] as const] : [],
);

/** What a hint suggests: a text in quotes, or the intended key or word. */
const offersOf = ({ hint }: Issue): string[] => {
  const [, word] = /^Did you mean (\w+)\?/.exec(hint) ?? [];
  if (word !== undefined) return [word];
  const [, said] = /\b(?:Write|Quote the whole value: \w+:|Did you mean) (".*)$/.exec(hint) ?? [];
  return [...(said ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(
    ([, offer]) => JSON.parse(`"${offer}"`) as string,
  );
};

/** The text with a suggestion in place of the faulty part. */
function mended(text: string, { at }: Issue, offer: string): string {
  const lines = text.split("\n");
  const line = lines[at!.line - 1]!;
  const start = at!.column - 1;
  lines[at!.line - 1] = line.slice(0, start) + JSON.stringify(offer) + line.slice(start + at!.length);
  return lines.join("\n");
}

const sameProblem = (a: Issue, b: Issue): boolean =>
  a.code === b.code && a.at?.line === b.at?.line && a.path.join(".") === b.path.join(".");

test("what a hint suggests is valid at the place it points to", () => {
  let offers = 0;
  const wrong: unknown[] = [];
  for (const [name, text] of [...INPUTS, ...MORE, ...ZONES]) {
    for (const issue of setOf({ definitions: text }).issues) {
      for (const offer of offersOf(issue)) {
        offers += 1;
        const after = setOf({ definitions: mended(text, issue, offer) }).issues;
        // An inserted value must not be wrong in another way. A word only fixes the one problem.
        const isWord = /^Did you mean \w/.test(issue.hint);
        const left = after.filter(
          (other) =>
            sameProblem(other, issue) || (!isWord && isError(other) && other.at?.line === issue.at?.line),
        );
        if (left.length > 0)
          wrong.push({ name, hint: issue.hint, left: left.map(({ code, message }) => `${code} ${message}`) });
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(offers).toBeGreaterThan(60);
});
