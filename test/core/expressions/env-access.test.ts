import { describe, expect, test } from "@jest/globals";
import { EnvAccess } from "../../../provider/core/expressions/env-access";
import { linesOf, nightly, setOf } from "../files";

const codeOf = (name: string, list?: string, lenient = false): string | undefined =>
  new EnvAccess(list).refusal(name, { lenient })?.code;

describe("definitions may read", () => {
  test.each([
    ["MIXPEEK_VAR_TEAM", undefined],
    ["MIXPEEK_VAR_SLACK_TOKEN", undefined],
    ["MIXPEEK_NAMESPACE", undefined],
    ["REGION", "REGION"],
    ["REGION", " TEAM , REGION ,"],
    ["TEAM_NAME", "TEAM_*"],
    ["AWS_REGION", "AWS_REGION"],
    ["TEAM_TOKEN", "TEAM_*,TEAM_TOKEN"],
    ["anything", "*"],
  ])("%s if the list is %j", (name, list) => expect(codeOf(name, list)).toBeUndefined());

  test.each([
    ["REGION", undefined],
    ["REGION", "region"],
    ["MIXPEEK_VAR_", undefined],
    ["mixpeek_var_team", undefined],
    ["constructor", undefined],
    ["", undefined],
    ["", ",,"],
    ["TEAM_TOKEN", "TEAM_*"],
    ["MIXPEEK_API_KEY", "MIXPEEK_API_KEY"],
    ["mixpeek_api_key", "mixpeek_api_key"],
    ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE,*"],
  ])("not %j if the list is %j", (name, list) => expect(codeOf(name, list)).toBe("ENV_NOT_ALLOWED"));

  test.each([
    ...[
      "MIXPEEK_BASE_URL",
      "PULUMI_BACKEND_URL",
      "AWS_SECRET_ACCESS_KEY",
      "AZURE_CLIENT_SECRET",
      "ARM_CLIENT_ID",
    ],
    ...[
      "GOOGLE_CREDENTIALS",
      "GITHUB_TOKEN",
      "GH_TOKEN",
      "GITLAB_TOKEN",
      "CI_JOB_TOKEN",
      "ACTIONS_RUNTIME_TOKEN",
    ],
    ...[
      "NPM_CONFIG_USERCONFIG",
      "NODE_AUTH_TOKEN",
      "SSH_AUTH_SOCK",
      "HTTPS_PROXY",
      "https_proxy",
      "DOCKER_HOST",
    ],
    ...[
      "KUBECONFIG",
      "VAULT_ADDR",
      "DATABASE_URL",
      "PGPASSWORD",
      "MY_PASSWORD",
      "SOME_API_KEY",
      "THE_SECRET_1",
    ],
  ])("no credential through a glob: %s", (name) => expect(codeOf(name, "*")).toBe("ENV_NOT_ALLOWED"));

  test("everything except credentials if the applying run has its own list", () => {
    expect(codeOf("REGION", undefined, true)).toBeUndefined();
    expect(codeOf("GITHUB_TOKEN", undefined, true)).toBe("ENV_NOT_ALLOWED");
  });
});

describe("a variable that may not be read is an error at its place", () => {
  const env = {
    AWS_REGION: "planted",
    TEAM: "planted",
    MIXPEEK_API_KEY: "planted",
    MIXPEEK_VAR_X: "planted",
  };
  const lines = (expression: string, environment = "{}") =>
    linesOf({ definitions: nightly(`description: "${expression}"`), environment, env });

  test.each([
    [
      "${env:TEAM}",
      "definitions may not read the environment variable TEAM. Rename it to MIXPEEK_VAR_TEAM, or add TEAM to MIXPEEK_TRIGGERS_ENV in the settings of the pipeline, not in the repository.",
    ],
    [
      "${env:AWS_REGION}",
      "AWS_REGION may contain a credential (AWS_*), so definitions cannot read it. Set the value that the trigger needs as MIXPEEK_VAR_AWS_REGION. To allow exactly this variable, add AWS_REGION to MIXPEEK_TRIGGERS_ENV; a glob does not cover it.",
    ],
    [
      "${env:MIXPEEK_API_KEY}",
      "MIXPEEK_API_KEY gives access to the API or the state, so definitions cannot read it. Put the value that the trigger needs into a variable of its own, such as MIXPEEK_VAR_WEBHOOK_URL.",
    ],
  ])("%s", (expression, message) => {
    expect(lines(expression)).toEqual([`a.yaml:7:19 ENV_NOT_ALLOWED nightly: description: ${message}`]);
    expect(lines("${var.a}", `variables: { a: "${expression}" }`)).toEqual([
      `prod.yaml:1:18 ENV_NOT_ALLOWED variables.a: ${message}`,
    ]);
  });

  test.each<[string, string, string, string]>([
    ["the namespace of an environment", "", 'namespace: "${env:MIXPEEK_VAR_X}"', "namespace"],
    ["that of a definition", 'namespace: "x ${env:MIXPEEK_VAR_X}"', "{}", "namespace"],
    ["a type", 'x: 1\naction_type: "${env:MIXPEEK_VAR_X}"', "{}", "action_type"],
    [
      "what to adopt, by a variable",
      'adopt: "${var.a}"',
      'variables: { a: "${env:MIXPEEK_VAR_X}" }',
      "adopt",
    ],
    ["a path of allow_unknown", 'allow_unknown: ["${env:MIXPEEK_VAR_X}"]', "{}", "allow_unknown.0"],
  ])("a secret in a part that every plan prints is an error, too: %s", (_, line, environment, path) => {
    const body = nightly().replace("    action_type: cluster\n", line.includes("action_type") ? "" : "$&");
    const definitions = body + (line === "" ? "" : `    ${line.replace("x: 1\n", "")}\n`);
    const { issues, declarations, namespace } = setOf({ definitions, environment, env });
    expect(declarations.length === 0 || namespace === undefined).toBe(true);
    const [found] = issues.filter(({ code }) => code === "ENV_NOT_ALLOWED");
    expect(found).toMatchObject({ path: path.split(".").map((step) => (step === "0" ? 0 : step)) });
    expect(found?.at).toBeDefined();
    expect(JSON.stringify(issues)).not.toContain("planted");
  });
});
