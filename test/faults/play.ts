import { type Emulator, manualClock, startEmulator } from "../../provider/emulator";
import { chance } from "./chance";
import { CONFLICT, decide } from "./decision";
import { Definitions } from "./declared";
import { contentOf, type Edit, NAMESPACES, type Namespace } from "./definitions";
import type { Outcome, Props } from "./engine/engine-model";
import { KEY, type Kill } from "./engine/provider-process";
import { command } from "./plan-law/planned-runs";
import { broken, isNamed, type Sight, statusKept, theirsKept } from "./promises";
import { model, type Open, type Operation, type Runs } from "./runs";
import type { How, Round, Sequence } from "./sequence";
import type { Oracle } from "./world/oracle";
import { Somebody, shortly } from "./world/somebody";
import { takeover } from "./world/takeover";

/** The time between two runs: longer than lists lag. */
const PAUSE_SECONDS = 10;
const QUIET_UPS = 2;

/** What a sequence covered. */
export interface Played {
  /** By label: how often it was injected. */
  injected: Map<string, number>;
  /**
   * Blocking triggers that somebody removed: others', and those that this package left. `adoptions`: definitions that
   * could not adopt what they name, and stopped adopting.
   */
  decided: { theirs: number; ours: number; adoptions: number };
  /** Triggers whose create was lost, and whose definition was removed before the next run. */
  leftBehind: number;
  /** Triggers whose create was lost on an API without names, which the next run needs to recognize them. */
  leftNameless: number;
}

/** Plays one sequence on its own service. Throws `Broken` for a broken promise; `injected` is filled in either case. */
export class Play {
  readonly played: Played = {
    injected: new Map(),
    decided: { theirs: 0, ours: 0, adoptions: 0 },
    leftBehind: 0,
    leftNameless: 0,
  };
  private readonly clock = manualClock();
  private readonly namespaces: readonly Namespace[];
  private readonly definitions: Definitions;
  private readonly random: () => number;
  private emulator!: Emulator;
  private engine!: Runs;
  private somebody!: Somebody;
  private readonly labels = new Map<number, string>();
  /** Triggers whose create a run did not finish, or whose response was lost for good. */
  private readonly strays = new Set<string>();
  private readonly passedOver = new Set<string>();
  private readonly takenOver = new Set<string>();

  constructor(
    private readonly sequence: Sequence,
    private readonly oracle: Oracle,
    private readonly open: Open = sequence.habits.by === "command" ? command : model,
  ) {
    this.random = chance(sequence.habits.seed);
    this.namespaces = NAMESPACES.slice(0, sequence.habits.namespaces);
    this.definitions = new Definitions(sequence.habits.api, this.namespaces);
  }

  async run(): Promise<Played> {
    const { api, listDisabled, storeDefaults, reorderKeys } = this.sequence.habits;
    const habits = { api, listDisabled, storeDefaults, reorderKeys };
    this.emulator = await startEmulator({ clock: this.clock, keys: [KEY], ...habits });
    this.somebody = new Somebody(this.emulator, this.names, this.namespaces);
    try {
      const { emulator, clock, random } = this;
      this.engine = this.open({ emulator, clock, random, habits: this.sequence.habits });
      for (let count = 0; count < this.sequence.habits.theirs; count += 1) {
        const namespace = this.namespaces[count % this.namespaces.length]!;
        this.somebody.does({ hand: "unmanaged", namespace }, undefined);
      }
      for (const [at, definition] of this.sequence.declared.entries())
        this.definitions.apply({ edit: "declare", at, definition });
      for (const round of this.sequence.rounds) await this.round(round);
      await this.finale();
      return this.played;
    } finally {
      await this.emulator.close();
    }
  }

  private async round({ edits, hands, faults, run, how, kill }: Round): Promise<void> {
    if (how === "saved plan") await this.engine.save?.(this.sight().program);
    for (const each of edits) this.edit(each);
    for (const each of hands) this.byHand(each);
    for (const { label, fault } of faults) {
      for (const { id } of this.emulator.faults.add(fault)) this.labels.set(id, label);
    }
    if (run === "up after a refresh") await this.operate("refresh", true);
    await this.operate(run === "up after a refresh" ? "up" : run, true, kill, how);
  }

  private edit(change: Edit): void {
    if (change.edit !== "adopt") {
      this.definitions.apply(change);
      return;
    }
    const foreign = this.sight().live.filter(({ trigger_id: id }) => this.somebody.made.has(id));
    const live = foreign[change.which % foreign.length];
    if (live) this.definitions.take(change.at, takeover(change, live));
  }

  private byHand(act: Round["hands"][number]): void {
    const urn = "at" in act ? Definitions.urn(act.at) : "";
    this.somebody.does(act, this.idOf(urn), this.definitions.declared.get(urn));
  }

  /** One operation in a separate process, and what must be true after any operation, whatever happened. */
  private async operate(run: Operation, faulty: boolean, kill?: Kill, how?: How): Promise<Outcome> {
    this.emulator.advance(PAUSE_SECONDS);
    const before = this.sight();
    for (const asks of before.program.values()) this.letGo(asks);
    this.passOver(before);
    this.emulator.clearRequests();
    const outcome = await this.engine.run(run, before.program, { faulty, how, kill });
    if (outcome.killed) this.count(`kill-${kill?.at}`, 1);
    for (const { id } of this.engine.state) this.somebody.made.delete(id);
    const after = this.sight();
    this.noteStrays(outcome, before, after);
    const writes = this.writes();
    if (run === "preview" || run === "refresh") {
      if (writes.length > 0) throw broken("touched", `a ${run} wrote: ${writes.join(", ")}`);
    }
    statusKept(before, after, run === "destroy" ? new Map() : before.program);
    theirsKept(this.somebody);
    return outcome;
  }

  /** A successful run created nothing that is not in the state; another run, at most what was in progress. */
  private noteStrays({ killed, errors }: Outcome, before: Sight, after: Sight): void {
    const known = new Set(before.live.map(({ trigger_id: id }) => id));
    for (const { id } of this.engine.state) known.add(id);
    const strays = after.live.filter(({ trigger_id: id }) => !known.has(id));
    if (strays.length > (killed ? this.sequence.habits.atOnce : errors.length))
      throw broken("duplicated", `made and not known: ${strays.map(shortly).join(", ")}`);
    for (const { trigger_id: id } of strays) this.strays.add(id);
  }

  /** What an interrupted run left under a name is not looked for if the definition adopts another trigger by its id. */
  private passOver({ live, program }: Sight): void {
    const byId = [...program.values()].filter(({ adopt }) => typeof adopt === "string");
    for (const trigger of live)
      if (byId.some((props) => isNamed(trigger, props))) this.passedOver.add(trigger.trigger_id);
  }

  /** The faults are over: two runs repair everything, a third has nothing to do, and a destroy leaves nothing. */
  private async finale(): Promise<void> {
    for (const { id, injected } of this.emulator.faults.list()) {
      const label = this.labels.get(id);
      if (label !== undefined && injected > 0) this.count(label, injected);
    }
    await this.emulator.faults.clear();
    await this.calm();
    await this.settled();
    const { errors } = await this.operate("destroy", false);
    if (errors.length > 0) throw broken("unsettled", errors.join("\n"));
    const left = this.sight().live.filter(({ trigger_id: id }) => !this.isExcused(id));
    if (left.length > 0) throw broken("leaked", `destroy left ${left.map(shortly).join(", ")}`);
  }

  /** Whether the trigger is another's, or beyond what can be promised. */
  private isExcused(id: string): boolean {
    return this.somebody.made.has(id) || this.behind.has(id);
  }

  /** Runs until there is nothing to write or adopt: the third run at the latest, once nothing blocks the definitions. */
  private async calm(): Promise<void> {
    for (let runs = 1; ; runs += 1) {
      const held = new Set(this.engine.state.map(({ id }) => id));
      const { errors, steps } = await this.operate("up", false);
      const writes = this.writes();
      if (errors.length === 0 && writes.length === 0 && steps.length === 0) return this.listedOnce(held);
      if (runs >= QUIET_UPS && errors.some((error) => CONFLICT.test(error))) {
        this.decide(errors);
        // A run stops at the first definition that it cannot apply, and there may be more.
        runs = 0;
      } else if (runs > QUIET_UPS)
        throw broken("unsettled", `one more up did ${[...writes, ...steps, ...errors].join(", ")}`);
    }
  }

  /** A run without writes lists each declared namespace once, and a command also those in its state (`held`). */
  private listedOnce(held: ReadonlySet<string>): void {
    const { pageSize, listDisabled, by } = this.sequence.habits;
    const left = this.somebody.seen().filter(({ trigger_id: id }) => by === "command" && held.has(id));
    const named = [...this.definitions.declared.values(), ...left];
    const declared = new Set<string>(named.map(({ namespace }) => namespace));
    const lists = this.emulator.requests().filter(({ path }) => path === "/v1/triggers/list");
    for (const namespace of this.namespaces) {
      const listed = this.somebody
        .seen()
        .filter((each) => each.namespace === namespace && (listDisabled || each.status !== "disabled"));
      const most = declared.has(namespace) ? Math.max(1, Math.ceil(listed.length / pageSize)) : 0;
      const asked = lists.filter((each) => each.namespace === namespace).length;
      if (asked > most || (most > 0 && asked === 0))
        throw broken("unsettled", `a run with nothing to write listed ${namespace} ${asked} times`);
    }
  }

  private readonly behind = new Set<string>();

  private async settled(): Promise<void> {
    const { live, program } = this.sight();
    const known = new Map(this.engine.state.map((resource) => [resource.id, resource]));
    const pending = this.engine.state.filter(({ pendingDelete }) => pendingDelete);
    if (this.engine.unfinished > 0)
      throw broken("unsettled", `${this.engine.unfinished} operations are pending in the state`);
    if (pending.length > 0) throw broken("unsettled", `${pending[0]!.urn} still waits to be deleted`);
    for (const trigger of live) {
      const { trigger_id: id } = trigger;
      if (known.has(id) || this.somebody.made.has(id)) continue;
      // A trigger with a declared name would have been recognized by it.
      const looked =
        !this.passedOver.has(id) && [...program.values()].some((props) => isNamed(trigger, props));
      if (looked || !this.strays.has(id))
        throw broken("duplicated", `${shortly(trigger)} is live beside the one that the state knows`);
      this.behind.add(id);
    }
    this.played[this.names ? "leftBehind" : "leftNameless"] = this.behind.size;
    for (const [urn, props] of program) {
      const { name, namespace, status } = props;
      const id = this.idOf(urn);
      const trigger = live.find((each) => each.trigger_id === id && each.namespace === namespace);
      if (!trigger) throw broken("lost", `${urn} (${id}) is not live in ${namespace}`);
      const { definition } = this.definitions.declared.get(urn)!;
      const is = await this.oracle.meaning(trigger);
      const wanted = await this.oracle.meaning(contentOf(definition));
      if (is !== wanted || (this.names && !isNamed(trigger, props)))
        throw broken("wrong", `${name} is ${is}, not ${wanted}`);
      if (status !== undefined && trigger.status !== status)
        throw broken("wrong", `${urn} is ${trigger.status}, not ${status}`);
    }
    if (known.size !== this.engine.state.length)
      throw broken("duplicated", "two definitions hold one trigger in the state");
    if (known.size !== program.size) throw broken("lost", "the state has others than the program");
  }

  private decide(errors: readonly string[]): void {
    const { strays, takenOver } = this;
    const known = new Map(this.engine.state.map(({ id, pendingDelete }) => [id, pendingDelete]));
    const sight = this.sight();
    for (const error of errors.filter((each) => CONFLICT.test(each))) {
      const decision = decide({ error, sight, known, strays, takenOver }, this.definitions);
      if ("adoptNoMore" in decision) {
        this.definitions.adoptNoMore(decision.adoptNoMore);
        this.played.decided.adoptions += 1;
        continue;
      }
      for (const { trigger_id: id, namespace } of decision.away) {
        this.played.decided[sight.theirs.has(id) ? "theirs" : "ours"] += 1;
        this.emulator.remove(namespace, id);
        this.somebody.made.delete(id);
      }
    }
  }

  /** `adopt` allows a definition to change a trigger that somebody else created. */
  private letGo(asks: Props): void {
    for (const each of this.somebody.seen()) {
      const { trigger_id: id } = each;
      const asked = asks["adopt"] === true ? isNamed(each, asks) : asks["adopt"] === id;
      if (asked && this.somebody.made.has(id)) this.somebody.made.set(id, undefined);
    }
  }

  private get names(): boolean {
    return this.sequence.habits.api !== "0.81";
  }

  private idOf(urn: string): string | undefined {
    return this.engine.state.find((each) => each.urn === urn && !each.pendingDelete)?.id;
  }

  private sight(): Sight {
    const live = this.somebody.seen().filter(({ status }) => status !== "disabled");
    const ids = new Map(
      this.engine.state.filter(({ pendingDelete }) => !pendingDelete).map(({ urn, id }) => [urn, id]),
    );
    const theirs = new Set(this.somebody.made.keys());
    return { live, theirs, ids, program: this.definitions.program() };
  }

  private writes(): string[] {
    return this.emulator
      .requests()
      .map(({ method, path }) => `${method} ${path}`)
      .filter((request) => !request.startsWith("GET ") && !request.endsWith("/list"));
  }

  private count(label: string, times: number): void {
    const { injected } = this.played;
    injected.set(label, (injected.get(label) ?? 0) + times);
  }
}
