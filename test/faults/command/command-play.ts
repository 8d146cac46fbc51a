import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SetPlan } from "../../../provider/core/plan/plan-model";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { DEFAULT_SEED } from "../../../provider/emulator/seed/default-seed";
import { chance } from "../chance";
import { type Hand, MORE_NAMESPACES, NAMESPACES, type Namespace } from "../definitions";
import { KEY } from "../engine/provider-process";
import type { Played } from "../play";
import { broken, isNamed, type Sight, statusKept, theirsKept } from "../promises";
import { Backend } from "../world/backend";
import { type Oracle, sortedText } from "../world/oracle";
import { type Site, Sites } from "../world/sites";
import { type Seen, Somebody, shortly } from "../world/somebody";
import type { WrongServer } from "../world/wrong-server";
import {
  asDeclared,
  nothingByWrongAddress,
  nothingForgotten,
  onlyPlanned,
  ownerAsked,
  type StateOf,
  statesOf,
} from "./command-promises";
import type { CommandRound, CommandSequence } from "./command-sequence";
import { type CommandName, type CommandOptions, type CommandResult, Commands } from "./commands";

/** The time between two runs: longer than lists lag. */
const PAUSE_SECONDS = 10;
const ALL: readonly Namespace[] = [...NAMESPACES, ...MORE_NAMESPACES];
const MOST_TRIES = 12;

const SEED = {
  namespaces: Object.fromEntries(
    ALL.map((name) => [name, (DEFAULT_SEED["namespaces"] as Record<string, unknown>)["dev"]]),
  ),
};

/**
 * Plays one sequence of commands from two repositories on one backend and one service. Throws `Broken` if a promise is
 * not kept. `played` is filled in either case.
 */
export class CommandPlay {
  readonly played: Played = {
    injected: new Map(),
    decided: { theirs: 0, ours: 0, adoptions: 0 },
    leftBehind: 0,
    leftNameless: 0,
  };
  private readonly clock = manualClock();
  private readonly folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-commands-"));
  private readonly backend: Backend;
  private readonly sites: Sites;
  private readonly saved = new Map<Site, { file: string; plan: SetPlan }>();
  /** Triggers whose create a run did not finish, or whose response was lost for good. */
  private readonly strays = new Set<string>();
  private readonly labels = new Map<number, string>();
  private emulator!: Emulator;
  private somebody!: Somebody;
  private commands!: Commands;

  constructor(
    private readonly sequence: CommandSequence,
    private readonly oracle: Oracle,
    private readonly wrong: WrongServer,
  ) {
    this.backend = new Backend(join(this.folder, "state"), sequence.atOnce);
    this.sites = new Sites(this.folder, this.backend, sequence.declared);
  }

  async run(): Promise<Played> {
    const { listDisabled, storeDefaults, seed, pageSize, theirs, rounds } = this.sequence;
    const { clock, backend } = this;
    const habits = { listDisabled, storeDefaults };
    this.emulator = await startEmulator({ clock, keys: [KEY], seed: SEED, ...habits });
    const { emulator } = this;
    this.somebody = new Somebody(emulator, true, ALL);
    this.commands = new Commands({ emulator, clock, random: chance(seed), pageSize, backend });
    try {
      for (let at = 0; at < theirs; at += 1)
        this.somebody.does({ hand: "unmanaged", namespace: ALL[(at * 2) % ALL.length]! }, undefined);
      for (const round of rounds) await this.round(round);
      await this.finale();
      return this.played;
    } finally {
      await emulator.close();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  private async round(round: CommandRound): Promise<void> {
    const { changes, hands, faults, run, takeOver, allowDeletes, wrongAddress, kill } = round;
    const site = this.sites.all[round.site]!;
    if (run === "apply plan" && !this.saved.has(site))
      await this.savePlan(site, takeOver ? { takeOver } : {});
    for (const each of changes) {
      const isDone = this.sites.change(site, each);
      if (isDone && each.edit === "rename environment") this.count("renamed-environment");
    }
    for (const each of hands) this.byHand(site, each);
    for (const { label, fault } of faults)
      for (const { id } of this.emulator.faults.add(fault)) this.labels.set(id, label);
    const options: CommandOptions = {
      faulty: true,
      kill,
      ...(takeOver ? { takeOver } : {}),
      ...(allowDeletes ? { allowDeletes: 1000 } : {}),
      ...(wrongAddress ? { address: this.wrong.url } : {}),
    };
    if (run === "save plan") await this.savePlan(site, options);
    else if (run === "apply plan") await this.applyPlan(site, options);
    else await this.operate(run, site, options);
  }

  private async savePlan(site: Site, options: CommandOptions): Promise<void> {
    const file = join(this.folder, `plan-${this.sites.all.indexOf(site)}.json`);
    const { plan } = await this.operate("preview", site, { ...options, out: file });
    if (plan) this.saved.set(site, { file, plan });
  }

  /** A saved plan does exactly what it contained when it was saved, or nothing. */
  private async applyPlan(site: Site, options: CommandOptions): Promise<void> {
    const saved = this.saved.get(site);
    this.saved.delete(site);
    if (!saved) return;
    const { applied, errors, plan } = await this.operate("up", site, { ...options, plan: saved.file });
    if (errors.some((error) => error.includes("[PLAN_STALE]"))) this.count("stale-plan");
    if (!applied) return;
    this.count("saved-plan");
    const callsOf = ({ triggers }: SetPlan): string =>
      sortedText(
        triggers.filter(({ op }) => op !== "none").map(({ resource, op, calls }) => [resource, op, calls]),
      );
    if (callsOf(saved.plan) !== callsOf(plan!))
      throw broken(
        "unplanned",
        `a saved plan was applied as ${callsOf(plan!)}, not as ${callsOf(saved.plan)}`,
      );
  }

  /** One command, and what must be true after any command, whatever happened. */
  private async operate(command: CommandName, site: Site, options: CommandOptions): Promise<CommandResult> {
    this.emulator.advance(PAUSE_SECONDS);
    const before = this.sight(site);
    const [states, all] = [statesOf(this.backend), this.somebody.seen()];
    for (const asks of before.program.values()) this.letGo(asks);
    this.emulator.clearRequests();
    const result = await this.commands.run(command, site.checkout, site.environment, options);
    const { plan, applied, killed } = result;
    if (killed) this.count(`kill-${options.kill?.at}`);
    const asked = ownerAsked(command, site, this.sites, options, result);
    if (asked !== undefined) this.count(asked);
    const isApplied = applied && command !== "refresh";
    const requests = this.emulator.requests();
    onlyPlanned(isApplied ? plan : undefined, requests, { before: all, after: this.somebody.seen() });
    const where: StateOf = { stack: site.stack, checkout: site.checkout };
    nothingForgotten(where, { plan, applied, command }, states, {
      after: statesOf(this.backend),
      live: this.somebody.seen(),
    });
    if (options.address !== undefined) {
      nothingByWrongAddress(site, result, states, statesOf(this.backend));
      this.count("wrong-address");
    }
    if (command === "up" && applied) this.sites.takes(site);
    if (command === "destroy" && applied && this.backend.stack(site.project).owner === undefined)
      this.sites.owners.delete(site.stack);
    for (const [, { engine }] of this.backend.all())
      for (const { id } of engine.state) this.somebody.made.delete(id);
    const after = this.sight(site);
    this.noteStrays(result, before, after);
    statusKept(before, after, command === "up" ? before.program : new Map());
    theirsKept(this.somebody);
    return result;
  }

  private byHand(site: Site, act: Hand): void {
    const key = "at" in act ? this.sites.key(site, act.at) : "";
    const { engine } = this.backend.stack(site.project);
    const isOurs = !this.sites.isAnothers(site, true);
    const held = isOurs && engine.state.find(({ urn, pendingDelete }) => urn === key && !pendingDelete);
    const definition = site.checkout.definitions.get(key);
    const { namespace } = site;
    this.somebody.does(
      "namespace" in act || act.hand === "unmanaged" || act.hand === "owned" ? { ...act, namespace } : act,
      held ? held.id : undefined,
      definition && { name: key, namespace, definition: { ...definition, namespace } },
    );
  }

  /** `adopt` allows a definition to change a trigger that somebody else created. */
  private letGo(asks: Sight["program"] extends ReadonlyMap<string, infer P> ? P : never): void {
    if (asks["adopt"] !== true) return;
    for (const each of this.somebody.seen())
      if (isNamed(each, asks) && this.somebody.made.has(each.trigger_id))
        this.somebody.made.set(each.trigger_id, undefined);
  }

  /** A successful run created nothing that is in no state; another run, at most what was in progress. */
  private noteStrays({ killed, errors }: CommandResult, before: Sight, after: Sight): void {
    const known = new Set(before.live.map(({ trigger_id: id }) => id));
    for (const [, { engine }] of this.backend.all()) for (const { id } of engine.state) known.add(id);
    const strays = after.live.filter(({ trigger_id: id }) => !known.has(id));
    if (strays.length > (killed ? this.sequence.atOnce : errors.length))
      throw broken("duplicated", `made and not known: ${strays.map(shortly).join(", ")}`);
    for (const { trigger_id: id } of strays) this.strays.add(id);
  }

  /**
   * The faults are over. Each owner of a stack destroys it. Then each repository has its own project, two runs of each
   * environment apply what is declared, a third has nothing to do, and a destroy leaves nothing.
   */
  private async finale(): Promise<void> {
    for (const { id, injected } of this.emulator.faults.list()) {
      const label = this.labels.get(id);
      if (label !== undefined && injected > 0) this.count(label, injected);
    }
    await this.emulator.faults.clear();
    this.sites.removeCopies();
    await this.destroyAll();
    for (const site of this.sites.all) this.sites.change(site, { edit: "own project" });
    for (const site of this.sites.all) await this.calm(site);
    const theirs = new Set(this.somebody.made.keys());
    for (const site of this.sites.all) {
      const { engine } = this.backend.stack(site.project);
      await asDeclared(site, this.sight(site), engine, theirs, this.oracle);
    }
    await this.destroyAll();
    const left = this.somebody
      .seen()
      .filter(({ trigger_id: id, status }) => status !== "disabled" && !this.somebody.made.has(id));
    const leaked = left.filter(({ trigger_id: id }) => !this.strays.has(id));
    if (leaked.length > 0) throw broken("leaked", `destroy left ${leaked.map(shortly).join(", ")}`);
    this.played.leftBehind = left.length;
  }

  private async destroyAll(): Promise<void> {
    for (const site of this.sites.all) {
      if (!this.sites.owners.has(site.stack) || this.sites.isAnothers(site, true)) continue;
      const { errors } = await this.operate("destroy", site, {});
      if (errors.length > 0) throw broken("unsettled", errors.join("\n"));
    }
    for (const [name, { engine }] of this.backend.all())
      if (engine.state.length > 0) throw broken("leaked", `${name} still holds ${engine.state[0]!.id}`);
  }

  /** Runs until there is nothing to do: the third run at the latest, once nothing blocks the definitions. */
  private async calm(site: Site): Promise<void> {
    let runs = 0;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { plan, errors } = await this.operate("up", site, { allowDeletes: 1000 });
      const conflicts = plan?.triggers.filter(({ op }) => op === "conflict") ?? [];
      if (conflicts.length > 0) {
        this.clearTheWay(site, conflicts);
        runs = 0;
        continue;
      }
      if (errors.length > 0) throw broken("unsettled", errors.join("\n"));
      if (plan!.triggers.every(({ op }) => op === "none")) return;
      runs += 1;
      if (runs > 1) throw broken("unsettled", `one more up had ${plan!.triggers.map(({ op }) => op).join()}`);
    }
    throw broken("unsettled", "there is no end of conflicts");
  }

  /** Somebody removes what blocks a definition: another's trigger, or one that an interrupted run left. */
  private clearTheWay(site: Site, conflicts: SetPlan["triggers"]): void {
    const held = new Set(this.backend.all().flatMap(([, { engine }]) => engine.state.map(({ id }) => id)));
    for (const { name, namespace, conflict } of conflicts) {
      const away = this.somebody
        .seen()
        .filter((each) => each.status !== "disabled" && isNamed(each, { name, namespace }));
      const ours = away.filter(({ trigger_id: id }) => !this.somebody.made.has(id));
      if (away.length === 0 || ours.some(({ trigger_id: id }) => held.has(id)))
        throw broken("unsettled", `${site.stack}: nothing of others is in the way: ${conflict}`);
      if (ours.length > 1 || !ours.every(({ trigger_id: id }) => this.strays.has(id)))
        throw broken("duplicated", ours.map(shortly).join(", "));
      for (const { trigger_id: id } of away) {
        this.played.decided[this.somebody.made.has(id) ? "theirs" : "ours"] += 1;
        this.emulator.remove(namespace, id);
        this.somebody.made.delete(id);
      }
    }
  }

  private sight(site: Site): Sight {
    const live: Seen[] = this.somebody.seen().filter(({ status }) => status !== "disabled");
    const { engine } = this.backend.stack(site.project);
    const ids = new Map(
      engine.state.filter(({ pendingDelete }) => !pendingDelete).map(({ urn, id }) => [urn, id]),
    );
    return { live, theirs: new Set(this.somebody.made.keys()), ids, program: site.program };
  }

  private count(label: string, times = 1): void {
    const { injected } = this.played;
    injected.set(label, (injected.get(label) ?? 0) + times);
  }
}
