import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { equalJson } from "../../core/schema/equality";
import { type Project, prepare } from "../project/project";
import { writeWhole } from "../stack/state-file";
import type { SecretsProvider } from "./exported-state";
import { type OpenedStack, openedStack, setSecret } from "./opened-stack";
import { secretsProviderIn, secureValues, withEncryptionOf, withFlatValues } from "./stack-config";
import { prepareFolders, refusal, type Target } from "./target";

/** The file that holds the new Pulumi.<stack>.yaml until the state is moved. */
const READY = "ready.yaml";

export interface TargetStack {
  opened: OpenedStack;
  /** The secrets provider of the target's state. Absent: the same as the source's. */
  secrets?: SecretsProvider | undefined;
}

/** Creates the empty stack on the target, for a move from `source`. */
export async function createOnTarget(
  source: OpenedStack,
  target: Target,
  note: (line: string) => void,
): Promise<TargetStack> {
  const { isReencrypted, project, secretsProvider } = target;
  const [from, to] = [source.project, project].map((each) => join(each.cwd, configFile(each)));
  const text = readIfThere(from!);
  prepareFolders(source.project, target);
  const create = async (): Promise<OpenedStack> => {
    const opened = await openedStack(project, { note, create: { secretsProvider } }).catch((error: Error) => {
      // Another run has created it since it was looked for.
      throw error.name === "StackAlreadyExistsError" ? existsRefusal(target) : error;
    });
    return opened!;
  };
  if (!isReencrypted) {
    if (text !== "") writeWhole(to!, text);
    return { opened: await create() };
  }
  const values = await decrypted(source.project, target, text, note);
  const opened = await create();
  for (const [index, value] of values.entries()) await setSecret(opened, flatKey(index), value);
  const encrypted = withEncryptionOf(text, readIfThere(to!), flatKey);
  writeWhole(to!, encrypted);
  const [before, after] = [await source.stack.getAllConfig(), await opened.stack.getAllConfig()];
  if (!equalJson(before, after))
    throw refusal(
      "MOVE_UNVERIFIED",
      `cannot move stack "${project.stack}": after its secrets were encrypted again for the new backend, the copy of ${configFile(project)} does not have the same values, so the move was undone. Run the command again`,
    );
  writeWhole(join(project.folder, READY), encrypted);
  return { opened, secrets: secretsProviderIn(encrypted) };
}

const existsRefusal = ({ project, address }: Target): Error =>
  refusal(
    "STACK_EXISTS",
    `cannot move stack "${project.stack}": another run created a stack of that name on ${address} in the meantime. Check its contents before you run the command again`,
  );

/**
 * Moves the new Pulumi.<stack>.yaml into place, if the move has one. Returns the path of the backup of the old file, if
 * there was one.
 */
export function replaceConfig(source: Project, target: Target): string | undefined {
  const ready = join(target.project.folder, READY);
  if (!existsSync(ready)) return undefined;
  const path = join(source.cwd, configFile(source));
  const text = readIfThere(path);
  const backup = join(source.folder, `${configFile(source)}.before-move`);
  if (text !== "") writeWhole(backup, text);
  renameSync(ready, path);
  return text === "" ? undefined : backup;
}

/** The secure values in the text of a Pulumi.<stack>.yaml, decrypted by the engine in a separate folder. */
async function decrypted(
  source: Project,
  target: Target,
  text: string,
  note: (line: string) => void,
): Promise<string[]> {
  const sealed = secureValues(text);
  if (sealed.length === 0) return [];
  const folder = join(target.project.folder, "before");
  const project = {
    ...source,
    cwd: folder,
    folder,
    backend: { ...source.backend, from: "Pulumi.yaml" as const },
  };
  prepare(project);
  writeWhole(join(folder, configFile(project)), withFlatValues(text, flatKey));
  const opened = await openedStack(project, { note });
  const config = await opened!.stack.getAllConfig();
  return sealed.map((_, index) => config[flatKey(index)]!.value);
}

const flatKey = (index: number): string => `move:secret${index}`;

export const configFile = ({ stack }: Pick<Project, "stack">): string => `Pulumi.${stack}.yaml`;

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return "";
  }
}
