import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { defaultNamespace } from "../../config";
import { type Exported, exportSet } from "../../core/export/export";
import { refKindsOf } from "../../core/export/export-definition";
import { visible } from "../../core/json/safe-text";
import { isGone } from "../../core/schema/soft-delete";
import { counted, plural } from "../../core/text/plural";
import { hasExtension } from "../../core/yaml/file-extensions";
import { linkRefused, misleadingLink } from "../../files/links";
import { command, UsageError } from "../command";
import { EXIT } from "../exit-code";
import { unwritable } from "../output/unwritable";
import { openLive } from "../run/live-set";

export const exportCommand = command(
  {
    namespace: { value: "NS", doc: "namespace to read, name or ns_… id (default: MIXPEEK_NAMESPACE)" },
    out: { value: "DIR", doc: "folder to write to; created if it does not exist", default: "." },
    split: { doc: "one definitions file per trigger" },
    force: { doc: "overwrite existing files" },
  },
  async (options) => {
    const env = process.env;
    const namespace = options.namespace ?? defaultNamespace({ env });
    if (namespace === undefined)
      throw new UsageError(
        "mixpeek-triggers export: no namespace is given. Add --namespace, or set MIXPEEK_NAMESPACE [NAMESPACE_MISSING].",
      );
    const { live, resources, baseUrl } = openLive({ env });
    const snapshot = await live.snapshot(namespace);
    const all = snapshot.all();
    const listed = await resources.byId(namespace, refKindsOf(all.filter((trigger) => !isGone(trigger))));
    say([`mixpeek-triggers export: namespace ${JSON.stringify(namespace)}, API ${baseUrl}`]);
    const exported = exportSet(all, listed.name, {
      namespace,
      split: options.split === true,
      owners: listed.owners,
    });
    const out = resolve(options.out);
    const others = options.force ? [] : otherDefinitions(out, exported);
    if (others.length > 0 && exported.count > 0) {
      const more = others.length > 1 ? ` and ${counted(others.length - 1, "other file")}` : "";
      process.stderr.write(
        `${visible(
          `mixpeek-triggers export: nothing was written, because ${relative(process.cwd(), join(out, others[0]!))}${more} already declares triggers, and every environment of the folder would apply both sets: a name in both is NAME_DUPLICATE, and the other triggers would be created twice. Choose another folder with --out. For one set in several namespaces, keep these definitions and write an environment file with namespace: ${namespace}. --force writes the files here nevertheless [DEFINITIONS_EXIST].`,
        )}\n`,
      );
      return EXIT.failed;
    }
    const written = Object.entries(exported.files).filter(([file, text]) =>
      write(out, file, text, options.force === true),
    );
    if (written.length === 0 && exported.count > 0) {
      process.stderr.write(
        "mixpeek-triggers export: nothing was written, because all files already exist. Add --force, or choose another folder with --out [FILES_EXIST].\n",
      );
      return EXIT.failed;
    }
    say(account(namespace, exported));
    for (const [kind, reason] of listed.unread)
      say([
        `Each ${kind} is exported as its id, not its name: ${reason}`,
        ...(kind === "collection" ? [UNOWNED] : []),
      ]);
    if (exported.count === 0) return EXIT.ok;
    say(nextSteps(out, exported, snapshot.names !== false));
    return EXIT.ok;
  },
);

const UNOWNED =
  "Triggers that collections created for their own schedules cannot be recognized either: remove their definitions from the written files before you run `adopt` or `up`, which would adopt them.";

const say = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(""));

/** The definitions files in the folder that this export does not write. */
function otherDefinitions(out: string, { files }: Exported): string[] {
  const folder = join(out, "triggers");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(hasExtension)
    .map((file) => join("triggers", file).split(sep).join("/"))
    .filter((file) => !(file in files))
    .sort();
}

/** Returns whether the file was written. An existing file is overwritten only with `force`. */
function write(out: string, file: string, text: string, force: boolean): boolean {
  const path = join(out, file);
  const shown = relative(process.cwd(), path);
  const link = misleadingLink(out, file);
  if (link !== undefined && (force || link !== file)) throw linkRefused("export", shown, link);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: force ? "w" : "wx" });
    say([`wrote ${shown}`]);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && syscall === "open") {
      say([`kept ${shown}: it already exists; --force overwrites it`]);
      return false;
    }
    throw unwritable(
      "export",
      shown,
      error,
      "choose another folder with --out; files that are already written are kept",
    );
  }
}

/** How many names are listed for each reason. */
const MANY = 5;

function account(namespace: string, { count, skipped }: Exported): string[] {
  const where = `namespace ${JSON.stringify(namespace)}`;
  const reasons = new Map<string, string[]>();
  for (const { trigger, reason } of skipped)
    reasons.set(reason, [...(reasons.get(reason) ?? []), JSON.stringify(trigger)]);
  const lines = [...reasons].map(([reason, names]) => {
    const more = names.length > MANY ? ` and ${names.length - MANY} more` : "";
    return `  ${names.slice(0, MANY).join(", ")}${more}: ${reason}`;
  });
  const triggers = `${counted(count, "trigger")} of ${where}`;
  const head = count === 0 ? `There are no triggers to export in ${where}` : `${triggers} exported`;
  return [skipped.length > 0 ? `${head}, ${skipped.length} skipped:` : `${head}.`, ...lines];
}

/** `hasNames`: the API supports trigger names, so a trigger without a name gets one. */
function nextSteps(
  out: string,
  { files, variables, count, nameless }: Exported,
  hasNames: boolean,
): string[] {
  const environment = Object.keys(files).find((file) => file.startsWith("environments/"))!;
  const way = relative(process.cwd(), out);
  const unnamed = hasNames ? nameless : 0;
  const them = unnamed > 0 ? "the named ones" : "them";
  return [
    ...(variables.length > 0
      ? ["Secrets are not exported. Set them where preview, up and drift run:", `  ${variables.join(" ")}`]
      : []),
    "Next:",
    ...(way === "" ? [] : [`  cd ${/^[\w./-]+$/.test(way) ? way : JSON.stringify(way)}`]),
    `  npx mixpeek-triggers preview --env ${environment}   # shows each as "stored in the state, not created"`,
    ...(unnamed < count
      ? [
          `  npx mixpeek-triggers adopt --env ${environment}     # stores ${them} in the state, without writing to the API`,
        ]
      : []),
    ...(unnamed > 0
      ? [
          `  npx mixpeek-triggers up --env ${environment}        # sets the names of the ${unnamed} that ${plural(unnamed, "has", "have")} none`,
        ]
      : []),
  ];
}
