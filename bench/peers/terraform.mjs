// Terraform with the Mastercard/restapi provider, the usual way to manage an API without a provider of its own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join, resolve } from "node:path";
import { KEY } from "../emulated.mjs";
import { onPath, ROOT, SCRATCH } from "../machine.mjs";

const VERSION = "1.20.0";
const MODULE = "github.com/Mastercard/terraform-provider-restapi";

/**
 * The keys that the service adds. Unless they are listed, 3.x reports each as drift; 1.20 looks only at declared keys.
 * `ignore_server_additions` does not help: with it, 3.0.0 keeps the values of the state and finds no drift at all.
 */
const OF_THE_SERVICE = [
  ...["trigger_id", "namespace_id", "internal_id", "created_at", "updated_at", "created_by", "is_overdue"],
  ...["last_triggered_at", "last_execution_task_id", "last_execution_status", "last_execution_error"],
  ...["next_scheduled_at", "execution_count", "consecutive_failures", "event_counter", "last_cooldown_at"],
  ...["baseline_snapshot", "last_drift_measurement", "last_volume_measurement", "last_condition_check_at"],
  ...["mode", "assignment_threshold", "skip_cache", "incremental", "parallelism"].map(
    (key) => `action_config.${key}`,
  ),
  "schedule_config.start_immediately",
];

/** A build of restapi 3, which is not in the Go module registry; or `{missing}` with the reason. */
export function givenRestapi(given) {
  const terraform = onPath("terraform");
  if (!terraform) return { missing: "no terraform on PATH" };
  if (!given) return { missing: "no --restapi PATH of a build of it" };
  const provider = resolve(given);
  if (!existsSync(provider)) return { missing: `there is no ${provider}` };
  return { terraform, provider, more: `  ignore_changes_to = ${JSON.stringify(OF_THE_SERVICE)}\n` };
}

/** The provider's binary, built once; or `{missing}` with the reason. */
export function findRestapi() {
  const terraform = onPath("terraform");
  if (!terraform) return { missing: "no terraform on PATH" };
  const provider = join(SCRATCH, `restapi-${VERSION}-${platform()}-${arch()}`, "terraform-provider-restapi");
  if (existsSync(provider)) return { terraform, provider };
  const go = onPath("go");
  if (!go) return { missing: "no go on PATH to build the provider with" };
  process.stderr.write(`building Mastercard/restapi ${VERSION}, once\n`);
  mkdirSync(dirname(provider), { recursive: true });
  const scratch = `${provider}.${process.pid}`;
  const args = ["build", "-mod=readonly", "-trimpath", "-o", scratch, MODULE];
  const env = { ...process.env, GOWORK: "off", CGO_ENABLED: "0" };
  const built = spawnSync(go, args, { cwd: join(ROOT, "bench/restapi"), env, encoding: "utf8" });
  if (built.status !== 0) return { missing: `go build failed: ${String(built.stderr).trim().slice(-500)}` };
  renameSync(scratch, provider);
  return { terraform, provider };
}

const APPLY = ["apply", "-auto-approve", "-input=false", "-no-color"];
const PLAN = ["plan", "-input=false", "-no-color", "-detailed-exitcode"];

/** `apply` and `plan` read the live service anyway, so --refresh needs no extra argument. */
const ARGUMENTS = {
  up: APPLY,
  noop: APPLY,
  preview: PLAN,
  "up-refresh": APPLY,
  refresh: [...APPLY, "-refresh-only"],
  "drift-preview": PLAN,
  "drift-up": APPLY,
  "edit-one": APPLY,
  "edit-ten": APPLY,
  edit: APPLY,
  pause: APPLY,
  destroy: ["destroy", "-auto-approve", "-input=false", "-no-color"],
};

export function terraformSession({ folder, env, namespace, plan, found }) {
  const settings = join(folder, "terraform.rc");
  return {
    write: (bodies) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(settings, settingsText(dirname(found.provider)));
      const text = [
        settingsOf(env.MIXPEEK_BASE_URL, namespace, plan),
        ...bodies.map((body) => resource(body, found.more ?? "")),
      ].join("\n");
      writeFileSync(join(folder, "main.tf"), text);
    },
    command: (operation) => ({
      file: found.terraform,
      args: ARGUMENTS[operation],
      cwd: folder,
      env: { ...env, TF_CLI_CONFIG_FILE: settings, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    }),
    accepts: (operation, code) => code === 0 || (operation === "drift-preview" && code === 2),
    finds: ({ code, stdout }) => code === 2 || /1 changed/.test(stdout),
    state: join(folder, "terraform.tfstate"),
  };
}

/** Uses the provider as built, so no registry is contacted and no `init` is needed. */
const settingsText = (folder) => `provider_installation {
  dev_overrides {
    "mastercard/restapi" = ${JSON.stringify(folder)}
  }
  direct {}
}
`;

const settingsOf = (url, namespace, plan) => `terraform {
  required_providers {
    restapi = { source = "mastercard/restapi" }
  }
}

provider "restapi" {
  uri                  = "${url}"
  write_returns_object = true
  id_attribute         = "trigger_id"
  update_method        = "PATCH"
  headers = {
    Authorization  = "Bearer ${KEY}"
    "X-Namespace"  = "${namespace}"
    "Content-Type" = "application/json"
  }
${plan === "none" ? "" : "  rate_limit = 1\n"}}
`;

/**
 * One block per trigger: with `for_each`, Terraform reads the whole map again for every instance, so that even an
 * `apply` without changes takes quadratic time. An update sends fewer keys, because PATCH rejects those that cannot
 * change.
 */
function resource({ name, ...body }, more) {
  const { description, schedule_config, status } = body;
  return `resource "restapi_object" "${name}" {
  path        = "/v1/triggers"
  data        = ${encoded({ name, ...body })}
  update_data = ${encoded({ description, schedule_config, status })}
${more}}
`;
}

/** JSON is valid HCL except for templates, which the benchmark's definitions do not contain. */
const encoded = (value) => `jsonencode(${JSON.stringify(value)})`;
