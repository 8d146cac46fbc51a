import { alertText } from "../diff/alert-schedule";
import type { FieldChange } from "../diff/diff";
import type { Conflict, PlanNote } from "../diff/plan-types";
import { isSecretPath } from "../expressions/secret-paths";
import { isHidden, visible } from "../json/safe-text";
import type { DesiredTrigger, Json } from "../schema/model";
import { counted } from "../text/plural";
import { quietText } from "../timeline/quiet-windows";
import type { Holder, RecordChange } from "./plan-model";

const LONGEST = 200;

/** One line per field: trigger, field, live value, desired or recorded value, cause. */
export const changeLine = (trigger: string, change: FieldChange): string =>
  `${visible(trigger)}: ${changeText(change)}`;

/** The same line without the trigger's name. */
export function changeText(change: FieldChange): string {
  const show = (value: Json | undefined): string => valueText(value, change.secret);
  const field = change.path.join(".");
  const side = change.isRecorded ? "in the state" : "desired";
  return visible(
    `${field} is ${show(change.live)} live, ${show(change.desired)} ${side}${causeText(change)}`,
  );
}

/** A field's value as messages show it. */
export const valueText = (value: Json | undefined, secret: boolean): string =>
  isHidden(value, secret) ? "[secret]" : shown(value);

function causeText({ cause, references, quiet }: FieldChange): string {
  if (cause === "differs") return "";
  if (quiet) return ` (${quietText(quiet)})`;
  if (!references) return ` (${cause})`;
  const where = cause === "namespace changed" ? "there" : "now";
  return ` (${cause}: ${references.join(", ")} is another resource ${where})`;
}

/** `protect is false in the state, true desired`: a change that only affects the stack's state. */
export function recordText(change: RecordChange): string {
  const field = change.path.join(".");
  if (change.kind === "encryption")
    return visible(
      change.encrypted
        ? `${field} becomes a secret: the state encrypts it`
        : `${field} is no longer a secret: the state stores it unencrypted`,
    );
  const show = (value: Json | undefined): string => valueText(value, change.secret);
  return visible(`${field} is ${show(change.recorded)} in the state, ${show(change.desired)} desired`);
}

const AFTER_FAILURE = {
  resume: "resumed, since status active is declared",
  pause: "paused, since status paused is declared",
  none: "not resumed; declare status active to resume it",
  wait: "not resumed during planned quiet; the first `up` after the planned quiet resumes it, since status active is declared",
} as const;

const AFTER_DELETION = {
  declared: "",
  paused: " paused, as it was when last applied or read; declare status active to resume it",
  active: " active, as it was when last applied or read; a pause since then is not known",
} as const;

const AFTER_QUIET = {
  own: "paused until then; the first `up` or `drift --fix` after that resumes it",
  other:
    "already paused, by somebody or by an interrupted run of this stack, and left paused after the window: resume it then, or declare status active",
  "until active":
    "left paused until then; the first `up` after that resumes it, since status active is declared",
} as const;

export const reportLine = (trigger: string, report: PlanNote): string =>
  `${visible(trigger)}: ${reportText(report)}`;

/** The same text without the trigger's name. */
export function reportText(report: PlanNote): string {
  switch (report.kind) {
    case "quiet":
      return visible(`${quietText(report.quiet)}; ${AFTER_QUIET[report.pause]}`);
    case "quiet over":
      return visible(`no longer in planned quiet; an earlier run paused it (${quietText(report.quiet)})`);
    case "left paused":
      if (report.afterQuiet)
        return "left paused: an earlier run paused it for planned quiet, and the trigger has changed since, so the pause may be somebody else's; resume it, or declare status active";
      return `paused live and left paused, since no status is declared; declare status active to resume it`;
    case "failed": {
      const runs = report.failures ? ` after ${report.failures} failed runs` : "";
      const error = report.error === undefined ? "" : `, last error: ${shown(report.error)}`;
      return `failed${runs}${error}; ${AFTER_FAILURE[report.statusChange]}`;
    }
    case "gone":
      return `deleted outside Pulumi (${report.disabled ? "disabled" : "not found"}), created again${AFTER_DELETION[report.status ?? "declared"]}`;
    case "given up":
      return `${givenUpText(report)}; resumed if the service allows it, otherwise created again`;
    case "adopted":
      return report.updated
        ? `${report.triggerId} is live and differs from the definition: adopted and updated, not created [ADOPTED]`
        : `${report.triggerId} is live under this name: stored in the state, not created [ADOPTED]`;
    case "retained":
      return `${report.triggerId} stays live, since its definition had retain: true; only its record in the state is removed`;
    case "gone already":
      return `${report.triggerId} is already deleted; only its record in the state is removed`;
    case "held elsewhere":
      return `${report.triggerId} stays live, since another definition adopts it`;
    case "replaced before":
      return `an earlier run replaced ${report.triggerId} and could not delete it`;
    case "adopted deleted":
      return adoptedDeletedText(report.triggerId);
    case "spread": {
      const { written, sent } = report.expressions ?? {};
      const how = written === undefined ? "" : `: "${written}" becomes "${sent}"`;
      return visible(`cron schedule spread over ${report.window}${how}`);
    }
    case "alert schedule":
      return visible(alertText(report));
  }
}

/** Whoever created it may still need it, and this is the only warning. */
const adoptedDeletedText = (id: string): string =>
  `${id} is deleted, though it was adopted and not created by this resource: if another stack also declares it, its next \`up\` recreates it. To keep such a trigger live, set retainOnDelete (in YAML retain: true) before the delete [ADOPTED_DELETED]`;

/** `disabled by the service after 5 failed runs, last error: "…"`. */
export function givenUpText({ failures, error }: PlanNote & { kind: "given up" }): string {
  const runs = `${counted(failures, "failed run")}`;
  return `disabled by the service after ${runs}${error === undefined ? "" : `, last error: ${shown(error)}`}`;
}

/** What a trigger is, in a few words: `cluster, cron "0 2 * * *" Europe/Paris, paused`. */
export function triggerText({
  action_type,
  trigger_type,
  schedule_config: config,
  status,
  secret_paths,
}: Pick<DesiredTrigger, "action_type" | "trigger_type" | "schedule_config" | "secret_paths"> & {
  status?: string;
}): string {
  const isHidden = (key: string): boolean => isSecretPath(["schedule_config", key], secret_paths);
  const value = (key: string): string => (isHidden(key) ? "[secret]" : shown(config[key]));
  const word = (key: string, otherwise = ""): string =>
    isHidden(key) ? "[secret]" : String(config[key] ?? otherwise);
  const schedules: Readonly<Record<string, () => string>> = {
    cron: () => `cron ${value("cron_expression")} ${word("timezone", "UTC")}`,
    interval: () => `every ${value("interval_seconds")} s`,
    event: () => `on ${value("event_threshold")} ${word("event_type")}`,
    conditional: () =>
      `when ${word("condition_type")}${config["threshold"] === undefined ? "" : ` exceeds ${value("threshold")}`}`,
  };
  const schedule = Object.hasOwn(schedules, trigger_type) ? schedules[trigger_type]!() : trigger_type;
  return visible([action_type, schedule, ...(status === "paused" ? ["paused"] : [])].join(", "));
}

/**
 * A conflict as an error: action, target, cause, next step. `isStateUnread`: the engine has not passed the state of
 * triggers that earlier runs replaced; `pulumi up --refresh` makes it do so.
 */
export function conflictText(
  trigger: string,
  namespace: string,
  conflict: Conflict,
  { isStateUnread = false }: { isStateUnread?: boolean } = {},
): string {
  const start = `cannot create trigger "${trigger}" in namespace "${namespace}"`;
  const fixed = conflict.changes.filter((change) => change.rule === "replace");
  const list = (changes: readonly FieldChange[]): string => changes.map(changeText).join("; ");
  const [id] = conflict.triggerIds;
  switch (conflict.code) {
    case "NAME_TAKEN": {
      // Adoption would fail on a field that the API cannot change, so it is not offered.
      const way =
        fixed.length > 0
          ? `Change the definition to match it, or delete ${id}`
          : "Set adopt: true to adopt and change it";
      return `${start}: ${id} has this name but different content: ${list(conflict.changes)}. ${way}, or choose another name [NAME_TAKEN].`;
    }
    case "NAME_AMBIGUOUS": {
      const set = "et adopt to the id of the one to adopt, or delete the others";
      const way = isStateUnread
        ? `If a run that replaced one of them was killed, run \`pulumi up --refresh\`, which reads from the state which one to delete. Otherwise s${set}`
        : `S${set}`;
      return `${start}: ${conflict.triggerIds.join(" and ")} have this name. ${way} [NAME_AMBIGUOUS].`;
    }
    case "ADOPT_NEEDS_REPLACE":
      return `${start}: ${id} cannot be adopted, because the API cannot change these fields: ${list(fixed)}. Change the definition to match it first, or delete ${id} and run up to create it [ADOPT_NEEDS_REPLACE].`;
    case "ADOPT_NOT_FOUND":
      return `${start}: adopt is ${id}, which is not live in that namespace. Check the id and the namespace, or remove adopt [ADOPT_NOT_FOUND].`;
  }
}

/** Two definitions of one trigger would undo each other's changes. */
export const adoptTakenText = (trigger: string, namespace: string, id: string, holder: string): string =>
  `cannot create trigger "${trigger}" in namespace "${namespace}": adopt is ${id}, which belongs to definition "${holder}". Remove adopt from one of them [ADOPT_TAKEN].`;

/** The service allows two triggers of one name; the next run could not tell which one is managed. */
export const renameTakenText = (from: string, to: string, namespace: string, id: string): string =>
  `cannot rename trigger "${from}" to "${to}" in namespace "${namespace}": ${id} is already live under that name. Delete ${id}, or choose another key [NAME_TAKEN].`;

/** Shown for a live trigger that a collection owns, instead of adopting it. */
export function ownedText(trigger: string, namespace: string, id: string, collection: string): string {
  return `cannot create trigger "${trigger}" in namespace "${namespace}": ${id} belongs to collection "${collection}", whose schedule created and manages it. Change the collection's schedule, or choose another name [TRIGGER_OWNED].`;
}

/**
 * The engine would report a protected resource only at the end of a run. This error is reported before anything is
 * written.
 */
export function protectedText(
  trigger: string,
  namespace: string,
  verb: "delete" | "forget" | "replace" | "recreate",
): string {
  const what = `trigger "${trigger}" in namespace "${namespace}"`;
  if (verb === "forget")
    return `cannot remove ${what} from the state: it was deleted outside Pulumi and is protected, so the engine keeps it. Run refresh to remove it from the state [PROTECTED].`;
  const start = `cannot ${verb} ${what}`;
  if (verb === "delete")
    return `${start}: it is protected. Restore its definition with protect: false and run up, then delete it [PROTECTED].`;
  const why = verb === "recreate" ? "it was deleted outside Pulumi and is protected" : "it is protected";
  return `${start}: ${why}. Set protect: false and run up [PROTECTED].`;
}

/** Shown for a protected trigger without a definition that another definition has, too. */
export function protectedTwinText(
  trigger: string,
  namespace: string,
  id: string,
  { resource, isAdopting }: Holder,
): string {
  const start = `cannot remove trigger "${trigger}" in namespace "${namespace}" from the state: it is protected, and definition "${resource}" ${isAdopting ? "adopts" : "also has"} ${id}.`;
  const way = isAdopting
    ? `To rename it, set replaces: ${trigger} in definition "${resource}", without adopt`
    : "Restore its definition, set protect: false in both, and run up; then remove its definition";
  return `${start} ${way} [PROTECTED].`;
}

/** The engine deletes nothing that is marked as retained in its state, not even after a replacement. */
export const retainedText = (trigger: string, namespace: string, id: string): string =>
  `cannot replace trigger "${trigger}" in namespace "${namespace}": it is retained, so ${id} would stay live and run beside its replacement. Set its definition to the live values, with retain: false, and run up; then make the change again [RETAINED].`;

/** Two resources of one program would undo each other's changes. */
export const claimedTwiceText = (trigger: string, namespace: string, id: string): string =>
  `cannot create trigger "${trigger}" in namespace "${namespace}": another resource of this program created ${id} under the same name. Give one of the two another name [NAME_CLAIMED_TWICE].`;

function shown(value: Json | undefined): string {
  if (value === undefined) return "absent";
  const text = visible(JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
