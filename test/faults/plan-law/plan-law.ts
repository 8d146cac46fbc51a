import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SetPlan, TriggerPlan } from "../../../provider/core/plan/plan-model";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { type CommandOptions, type CommandResult, Commands } from "../command/commands";
import { edited } from "../declared";
import { type Hand, NAMESPACES } from "../definitions";
import type { Resource } from "../engine/engine-model";
import { KEY } from "../engine/provider-process";
import { isNamed } from "../promises";
import type { Recorder } from "../recorder";
import { Backend } from "../world/backend";
import { Checkout } from "../world/checkout";
import { sortedText } from "../world/oracle";
import { Somebody } from "../world/somebody";
import { takeover } from "../world/takeover";
import type { Case, Change, Step } from "./plan-case";
import { differences } from "./planned-requests";

const ENVIRONMENT = "environments/prod.yaml";
const STACK = { name: "search", stack: "prod" };

/** What the cases covered, so that the test does not pass if nothing happens in them. */
export const seen = new Map<string, number>();
const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

/** Plays one case. Throws if a run does something other than its plan. */
export async function playCase(given: Case, recorder: Recorder): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-plans-"));
  const clock = manualClock();
  const { listDisabled, revivable: disabledCanBeResumed } = given;
  const emulator = await startEmulator({ clock, keys: [KEY], listDisabled, disabledCanBeResumed });
  recorder.target = emulator.url;
  try {
    await new PlanCase(given, folder, emulator, recorder, clock).play();
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class PlanCase {
  private readonly checkout: Checkout;
  private readonly backend: Backend;
  private readonly commands: Commands;
  private readonly somebody: Somebody;
  /** The key at each place. */
  private readonly keys = new Map<number, string>();
  private readonly file: string;

  constructor(
    private readonly given: Case,
    folder: string,
    private readonly emulator: Emulator,
    private readonly recorder: Recorder,
    clock: ReturnType<typeof manualClock>,
  ) {
    const { atOnce, pageSize } = given;
    const own = join(folder, "repository");
    mkdirSync(own);
    this.file = join(folder, "plan.json");
    this.checkout = new Checkout(own, "acme/search", "search");
    this.checkout.setEnvironment(ENVIRONMENT, { namespace: "dev" });
    this.backend = new Backend(join(folder, "state"), atOnce);
    this.commands = new Commands({ emulator, clock, random: () => 0, pageSize, backend: this.backend });
    this.somebody = new Somebody(emulator, true, NAMESPACES);
  }

  async play(): Promise<void> {
    for (const [at, each] of this.given.declared.entries())
      this.change({ edit: "declare", at, definition: each });
    await this.applied({ changes: [], hands: [], failing: false, saved: false });
    for (const step of this.given.steps) await this.applied(step);
  }

  private async applied({ changes, hands, failing, saved }: Step): Promise<void> {
    for (const each of changes) this.change(each);
    // An empty set is rejected; `destroy` is meant for that.
    if (this.checkout.definitions.size === 0) return;
    const kept = saved ? (await this.run("preview", { out: this.file })).plan : undefined;
    for (const each of hands) this.hand(each);
    if (kept) await this.applySaved(kept, hands.length === 0);
    const shown = await this.settled();
    if (!shown) return;
    if (failing) this.emulator.faults.add({ kind: "status", status: 500, at: "before", operation: "delete" });
    this.recorder.writes = [];
    const before = this.records();
    const up = await this.run("up");
    await this.emulator.faults.clear();
    for (const { op } of up.plan!.triggers) count(op);
    const isWhole = up.errors.length === 0;
    none(shown.triggers.flatMap((each) => this.recordDiffers(each, before, isWhole)));
    same("the preview and the plan of up", callsOf(shown), callsOf(up.plan!));
    const isCut = failing && up.errors.length > 0;
    if (isCut) count("failed deletes");
    if (!isCut && up.errors.length > 0) throw new Error(`up failed: ${up.errors.join("; ")}`);
    none(differences(up.plan!, this.recorder.writes, isCut));
    if (!isCut) await this.nothingLeft();
  }

  /** A saved plan is applied unchanged, or refused without a write. */
  private async applySaved(kept: SetPlan, untouched: boolean): Promise<void> {
    this.recorder.writes = [];
    const up = await this.run("up", { plan: this.file });
    const isStale = up.errors.some((error) => error.includes("[PLAN_STALE]"));
    count(isStale ? "stale" : up.applied ? "saved" : "saved conflict");
    if (isStale && untouched) throw new Error(`nothing changed since, and it is refused: ${up.errors}`);
    if (!up.applied) {
      none(this.recorder.writes.map(sortedText));
      return;
    }
    if (up.errors.length > 0) throw new Error(`up failed: ${up.errors.join("; ")}`);
    none(differences(kept, this.recorder.writes));
    await this.nothingLeft();
  }

  private async nothingLeft(): Promise<void> {
    const { plan } = await this.run("preview");
    none(plan!.triggers.flatMap(({ name, op }) => (op === "none" ? [] : [`a second plan: ${op} ${name}`])));
  }

  /** The stack's record of each trigger, by resource. */
  private records(): Map<string, HeldRecord> {
    const held = this.state.filter(({ pendingDelete }) => !pendingDelete);
    return new Map(
      held.map(({ urn, ...record }) => {
        const { protect, retain } = record;
        return [urn, { text: sortedText(record), options: { protect, retain } }];
      }),
    );
  }

  /** A trigger's record changes exactly if the plan says so. */
  private recordDiffers(
    { resource, op, calls, recorded, desired }: TriggerPlan,
    before: ReadonlyMap<string, HeldRecord>,
    isWhole: boolean,
  ): string[] {
    const [was, is] = [before.get(resource), this.records().get(resource)];
    if (op === "none" && was?.text !== is?.text)
      return [`unchanged, but recorded: ${resource}: ${was?.text} -> ${is?.text}`];
    // A replaced trigger that is deleted has its successor's name.
    if (!isWhole || !desired || !was || !is) return [];
    const planned = new Set(recorded.map(({ path }) => path.join(".")));
    const wrong = (["protect", "retain"] as const)
      .filter((name) => planned.has(name) !== (was.options[name] !== is.options[name]))
      .map((name) => `${name} of ${resource} is ${planned.has(name) ? "" : "not "}in the plan`);
    if (op !== "update" || calls.length > 0) return wrong;
    count("record only");
    return was.text === is.text ? [`the record of ${resource} stays as it was: ${is.text}`] : wrong;
  }

  /** A plan without conflicts: somebody removes or unprotects the cause of each. */
  private async settled(): Promise<SetPlan | undefined> {
    for (let tries = 0; tries < 20; tries += 1) {
      if (this.checkout.definitions.size === 0) return undefined;
      const { plan, errors } = await this.run("preview");
      if (!plan) throw new Error(errors.join("; "));
      const conflicts = plan.triggers.filter(({ op }) => op === "conflict");
      if (conflicts.length === 0) return plan;
      for (const each of conflicts) this.settle(each);
    }
    throw new Error("there is no end of conflicts");
  }

  private settle({ resource, namespace, name, conflict = "", desired }: TriggerPlan): void {
    const code = /\[(\w+)\]/.exec(conflict)![1]!;
    const { definitions } = this.checkout;
    count(code);
    if (code === "PROTECTED") this.checkout.unprotect(resource);
    else if (code === "RETAINED") this.unretain(resource);
    else if (typeof desired?.adopt === "string") {
      const { adopt: _, ...rest } = definitions.get(resource)!;
      this.checkout.declare(resource, rest);
    } else {
      const held = new Set(this.state.map(({ id }) => id));
      const away = this.somebody
        .seen()
        .filter((each) => isNamed(each, { name, namespace }) && each.status !== "disabled")
        .filter(({ trigger_id: id }) => !held.has(id));
      if (away.length === 0) throw new Error(`nothing is in the way: ${conflict}`);
      for (const { trigger_id: id } of away) this.emulator.remove(namespace, id);
    }
  }

  /** What `up` does with `retain: false` if the definition equals the live trigger. */
  private unretain(key: string): void {
    const { definitions } = this.checkout;
    const { replaces } = definitions.get(key)!;
    for (const resource of this.state) if ([key, replaces].includes(resource.urn)) resource.retain = false;
    this.backend.save(STACK);
    this.checkout.declare(key, { ...definitions.get(key)!, retain: false });
  }

  private get state(): Resource[] {
    return this.backend.stack(STACK).engine.state;
  }

  private run(command: "preview" | "up", options: CommandOptions = {}): Promise<CommandResult> {
    const address = this.recorder.url;
    return this.commands.run(command, this.checkout, ENVIRONMENT, {
      address,
      allowDeletes: 1000,
      takeOver: true,
      ...options,
    });
  }

  private change(change: Change): void {
    const { checkout, keys } = this;
    if (change.edit === "environment") {
      const { exclude = [] } = checkout.environments.get(ENVIRONMENT)!;
      checkout.setEnvironment(ENVIRONMENT, { namespace: change.namespace, exclude });
      return;
    }
    if (change.edit === "adopt") {
      const live = this.somebody.seen().filter(({ status }) => status !== "disabled");
      const foreign = live.filter(({ trigger_id: id }) => this.somebody.made.has(id));
      const one = foreign[change.which % foreign.length];
      if (!one) return;
      const { name, definition: taken } = takeover(change, one);
      const key = name ?? `t${change.at}`;
      if (checkout.definitions.has(key)) return;
      keys.set(change.at, key);
      checkout.declare(key, taken);
      return;
    }
    const key = keys.get(change.at) ?? `t${change.at}`;
    if (change.edit === "declare") {
      keys.set(change.at, key);
      checkout.declare(key, change.definition);
      return;
    }
    const known = checkout.definitions.get(key);
    if (!known) return;
    switch (change.edit) {
      case "remove":
        checkout.remove(key);
        break;
      case "rename":
        keys.set(change.at, `${key}r`);
        checkout.rename(key, `${key}r`);
        break;
      case "protect":
      case "retain":
        checkout.declare(key, { ...known, [change.edit]: change.on });
        break;
      case "exclude": {
        const { exclude = [], namespace } = checkout.environments.get(ENVIRONMENT)!;
        const others = exclude.filter((each) => each !== key);
        checkout.setEnvironment(ENVIRONMENT, { namespace, exclude: change.on ? [...others, key] : others });
        break;
      }
      default: {
        const { protect, retain, replaces } = known;
        const options = {
          ...(protect === undefined ? {} : { protect }),
          ...(retain === undefined ? {} : { retain }),
          ...(replaces === undefined ? {} : { replaces }),
        };
        checkout.declare(key, { ...edited(known, change), ...options });
      }
    }
  }

  private hand(act: Hand): void {
    const key = "at" in act ? (this.keys.get(act.at) ?? `t${act.at}`) : "";
    const id = this.state.find(({ urn, pendingDelete }) => urn === key && !pendingDelete)?.id;
    const known = this.checkout.definitions.get(key);
    const namespace = this.checkout.namespaceOf(key, ENVIRONMENT);
    this.somebody.does(act, id, known && { name: key, namespace, definition: { ...known, namespace } });
  }
}

/** A stack's record of one trigger. */
interface HeldRecord {
  text: string;
  options: { protect: boolean; retain: boolean };
}

const callsOf = ({ triggers }: SetPlan): string[] =>
  triggers.map(({ resource, op, calls, triggerId }) => sortedText({ resource, op, calls, triggerId }));

function same(what: string, one: readonly string[], other: readonly string[]): void {
  if (one.join("\n") !== other.join("\n"))
    throw new Error(`${what} differ:\n${one.join("\n")}\n---\n${other.join("\n")}`);
}

function none(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
