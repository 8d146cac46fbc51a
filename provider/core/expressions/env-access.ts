import type { Issue } from "../issues/issue";
import type { Secret } from "./expressions";
import { globOf } from "./glob";

/** Definitions may always read these: nothing else sets such names, so they are meant for definitions. */
export const ENV_PREFIX = "MIXPEEK_VAR_";

/** Lists what else definitions may read: names and globs, separated by commas. Read from the environment alone. */
export const ENV_ALLOW_LIST = "MIXPEEK_TRIGGERS_ENV";

/** The run's own namespace: every plan prints it, so that it is no secret. */
const PUBLIC = "MIXPEEK_NAMESPACE";

/** What opens the API or the state is never a definition's, whatever the list says. */
const NEVER: ReadonlySet<string> = new Set([
  "MIXPEEK_API_KEY",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
]);

/** Names that hold credentials or lead to them. A glob of the list does not open these, an exact name does. */
const CREDENTIALS: readonly string[] = [
  ...["MIXPEEK_*", "PULUMI_*", "AWS_*", "AZURE_*", "ARM_*", "GOOGLE_*", "GCP_*", "GCLOUD_*", "CLOUDSDK_*"],
  ...[
    "GITHUB_*",
    "GH_*",
    "GITLAB_*",
    "CI_*",
    "ACTIONS_*",
    "RUNNER_*",
    "BUILDKITE_*",
    "CIRCLE_*",
    "JENKINS_*",
  ],
  ...[
    "NPM_*",
    "NODE_AUTH_TOKEN",
    "YARN_*",
    "SSH_*",
    "GIT_*",
    "*_PROXY",
    "DOCKER_*",
    "KUBE*",
    "VAULT_*",
    "TF_*",
  ],
  ...[
    "DATABASE_URL",
    "*_DATABASE_URL",
    "PG*",
    "MYSQL_*",
    "REDIS_*",
    "MONGO*",
    "OPENAI_*",
    "ANTHROPIC_*",
    "HF_*",
  ],
  ...["*TOKEN*", "*SECRET*", "*PASSW*", "*PASSPHRASE*", "*API_KEY*", "*ACCESS_KEY*", "*PRIVATE_KEY*"],
  ...["*CREDENTIAL*"],
];

/** Longer lists than anybody writes: each name is held against the whole of it. */
const LONGEST_LIST = 10_000;

type Refusal = Pick<Issue, "code" | "message" | "hint">;

/** Which environment variables definitions may read. */
export class EnvAccess {
  readonly #names = new Set<string>();
  readonly #globs: ((name: string) => boolean)[] = [];

  /** In: the value of {@link ENV_ALLOW_LIST}. */
  constructor(list = "") {
    for (const each of list.slice(0, LONGEST_LIST).split(",")) {
      const pattern = each.trim();
      if (pattern === "") continue;
      const { literal, matches } = globOf(pattern);
      if (literal === undefined) this.#globs.push(matches);
      else this.#names.add(literal);
    }
  }

  /** Whether the owner of the run means this variable for definitions; a glob may cover any, such as HOME. */
  isNamed(name: string): boolean {
    return (name.startsWith(ENV_PREFIX) || this.#names.has(name)) && !NEVER.has(name.toUpperCase());
  }

  /** Whether a value is kept out of every output. */
  isSecret(name: string): boolean {
    return name !== PUBLIC;
  }

  /** Why a variable may not be read; `lenient`: the run that applies has a list of its own, and only names matter. */
  refusal(name: string, { lenient = false } = {}): Refusal | undefined {
    if (name === PUBLIC || (name.startsWith(ENV_PREFIX) && name.length > ENV_PREFIX.length)) return undefined;
    const known = name.toUpperCase();
    if (NEVER.has(known))
      return refused(
        `${name} gives access to the API or the state, so definitions cannot read it`,
        instead(name),
      );
    if (this.#names.has(name)) return undefined;
    const pattern = CREDENTIAL_GLOBS.find(({ matches }) => matches(known))?.pattern;
    if (pattern !== undefined)
      return refused(
        `${name} may contain a credential (${pattern}), so definitions cannot read it`,
        `${instead(name)} To allow exactly this variable, add ${name} to ${ENV_ALLOW_LIST}; a glob does not cover it.`,
      );
    if (lenient || this.#globs.some((matches) => matches(name))) return undefined;
    return refused(
      `definitions may not read the environment variable ${name}`,
      `Rename it to ${variableFor(name)}, or add ${name} to ${ENV_ALLOW_LIST} in the settings of the pipeline, not in the repository.`,
    );
  }
}

const CREDENTIAL_GLOBS = CREDENTIALS.map((pattern) => ({ pattern, ...globOf(pattern) }));

const refused = (message: string, hint: string): Refusal => ({ code: "ENV_NOT_ALLOWED", message, hint });

const variableFor = (name: string): string =>
  /^[A-Za-z_]\w{0,99}$/.test(name) ? `${ENV_PREFIX}${name.toUpperCase()}` : `${ENV_PREFIX}NAME`;

const instead = (name: string): string =>
  NEVER.has(name.toUpperCase())
    ? `Put the value that the trigger needs into a variable of its own, such as ${ENV_PREFIX}WEBHOOK_URL.`
    : `Set the value that the trigger needs as ${variableFor(name)}.`;

/** The message for a field that every plan prints and that contains a secret. */
export function printedIssue({ path, variable }: Secret): Issue {
  const field = path.join(".");
  const message = `${field} is printed in plans and errors, and the value of \${env:${variable}} is secret`;
  const way = path[0] === "namespace" ? `Set ${PUBLIC} and write \${env:${PUBLIC}}` : "Use ${var.name}";
  return { code: "ENV_NOT_ALLOWED", path, message, hint: `${way}, or write the value itself.` };
}
