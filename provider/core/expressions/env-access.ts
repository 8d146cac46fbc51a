import type { Issue } from "../issues/issue";
import type { Secret } from "./expressions";
import { globOf } from "./glob";

/** Definitions may always read variables with this prefix: no other program uses it, so they are set on purpose. */
export const ENV_PREFIX = "MIXPEEK_VAR_";

/** What else definitions may read: names and globs, separated by commas. Set only as an environment variable. */
export const ENV_ALLOW_LIST = "MIXPEEK_TRIGGERS_ENV";

/** The run's own namespace. Every plan prints it, so it is not secret. */
const PUBLIC = "MIXPEEK_NAMESPACE";

/** Definitions can never read what gives access to the API or the state, even if the list contains it. */
const NEVER: ReadonlySet<string> = new Set([
  "MIXPEEK_API_KEY",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
]);

/** Variables with credentials or access to them. Globs in the list do not match them; exact names do. */
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

/** Longer than any real list. Each name is tested against all of it. */
const LONGEST_LIST = 10_000;

type Refusal = Pick<Issue, "code" | "message" | "hint">;

export class EnvAccess {
  readonly #names = new Set<string>();
  readonly #globs: ((name: string) => boolean)[] = [];

  /** `list`: the value of {@link ENV_ALLOW_LIST}. */
  constructor(list = "") {
    for (const each of list.slice(0, LONGEST_LIST).split(",")) {
      const pattern = each.trim();
      if (pattern === "") continue;
      const { literal, matches } = globOf(pattern);
      if (literal === undefined) this.#globs.push(matches);
      else this.#names.add(literal);
    }
  }

  /** Whether the variable was set for definitions, by its prefix or exact name; a glob may match any, such as HOME. */
  isNamed(name: string): boolean {
    return (name.startsWith(ENV_PREFIX) || this.#names.has(name)) && !NEVER.has(name.toUpperCase());
  }

  /** Whether every output hides the value. */
  isSecret(name: string): boolean {
    return name !== PUBLIC;
  }

  /** Why a variable may not be read. `lenient`: the run that applies has its own list, so only the name is checked. */
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

export function printedIssue({ path, variable }: Secret): Issue {
  const field = path.join(".");
  const message = `${field} is printed in plans and errors, and the value of \${env:${variable}} is secret`;
  const way = path[0] === "namespace" ? `Set ${PUBLIC} and write \${env:${PUBLIC}}` : "Use ${var.name}";
  return { code: "ENV_NOT_ALLOWED", path, message, hint: `${way}, or write the value itself.` };
}
