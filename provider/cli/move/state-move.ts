import { rmSync } from "node:fs";
import { visible } from "../../core/json/safe-text";
import { urlWithoutCredentials } from "../../core/report/redact";
import type { StackOwner } from "../../core/stack/stack-owner";
import { type Project, prepare } from "../project/project";
import { ownerRefusal } from "../stack/owner-check";
import { lockHolders, removeStaleLocks } from "../stack/stack-lock";
import { StackLocked } from "../stack/stack-locked-error";
import { hasNoState } from "../stack/stack-state";
import { ownerUrn } from "../stack/state-file";
import {
  contentOf,
  contentText,
  type Exported,
  isSameState,
  movedTo,
  ownerOf,
  stateFor,
} from "./exported-state";
import {
  exportOf,
  importInto,
  type OpenedStack,
  openedStack,
  removeStack,
  sealedExportOf,
  stateOf,
} from "./opened-stack";
import { recordMove } from "./record-move";
import { prepareFolders, refusal, type Target } from "./target";
import { createOnTarget, replaceConfig } from "./target-stack";

export interface StateMoveOptions {
  source: Project;
  target: Target;
  /** The owner that this run records. */
  owner: StackOwner;
  signal: AbortSignal;
  /** Prints messages about the engine's setup, and errors that do not stop the move. */
  note(line: string): void;
  /** Called after each step. */
  onStep(line: string): void;
  /** Asks for confirmation before anything is written. `triggers`: how many triggers move. */
  agree(triggers: number): Promise<boolean>;
}

export interface Moved {
  /**
   * `unchanged`: not confirmed, or interrupted and undone. `finished`: an interrupted earlier move is now complete, or
   * was already.
   */
  outcome: "moved" | "finished" | "unchanged";
  triggers: number;
  /** The backup of Pulumi.<stack>.yaml, if its values were re-encrypted. */
  configBackup?: string | undefined;
}

/**
 * Moves a stack's state to another backend. The two are never usable at the same time: the copy is marked as moved to
 * the source until the source is marked as moved to the copy. If a move is killed, the same command continues from the
 * marks.
 */
export class StateMove {
  readonly #source: Project;
  readonly #target: Target;
  /** The source's address, without credentials. */
  readonly #from: string;
  #isAgreed = false;

  constructor(private readonly options: StateMoveOptions) {
    this.#source = options.source;
    this.#target = options.target;
    this.#from = urlWithoutCredentials(options.source.backend.url);
  }

  /** Throws {@link StackLocked}, refusals with a code, and the engine's errors. */
  async attempt(): Promise<Moved> {
    const { note, agree, signal } = this.options;
    for (const line of removeStaleLocks(this.#source)) note(line);
    const source = hasNoState(this.#source) ? undefined : await openedStack(this.#source, { note });
    if (!source)
      throw this.#refused(
        "STACK_NOT_FOUND",
        `it does not exist in ${this.#from}. Check --env, --project and PULUMI_BACKEND_URL`,
      );
    const holders = await lockHolders(this.#source, async () => source.stack);
    if (holders.length > 0) throw new StackLocked(this.#source, holders);
    const state = await exportOf(source);
    const { triggers } = stateOf(state);
    const moved = { triggers: triggers.length };
    if (movedTo(state) === this.#target.address) return { ...moved, ...(await this.#finish(state)) };
    this.#refuseUnfit(state);
    const left = await this.#leftOnTarget();
    this.#isAgreed ||= await agree(triggers.length);
    if (!this.#isAgreed || signal.aborted) return { ...moved, outcome: "unchanged" };
    return { ...moved, ...(await this.#move(source, state, left)) };
  }

  #refuseUnfit(exported: Exported): void {
    const state = stateOf(exported);
    const refused = ownerRefusal("state move", this.#source, state, this.options.owner, {
      takeOver: false,
      sameNamespace: () => true,
    });
    if (refused) throw Object.assign(new Error(refused.message), { code: refused.code });
    if (state.pending)
      throw this.#refused(
        "OPERATIONS_PENDING",
        "an interrupted run left unfinished operations in its state. Run `up` first to resolve them",
      );
    if (contentOf(exported).length === 0)
      throw this.#refused(
        "STACK_EMPTY",
        `it is empty. Set PULUMI_BACKEND_URL to ${this.#target.address} and run \`up\` instead`,
      );
  }

  /** A stack of that name on the target, if it may be replaced: it is empty, or its state is on the source. */
  async #leftOnTarget(): Promise<OpenedStack | undefined> {
    const { project, address } = this.#target;
    prepareFolders(this.#source, this.#target);
    const found = await openedStack(project, this.options);
    if (!found) return undefined;
    const state = await sealedExportOf(found);
    if (this.#isReplaceable(state)) return found;
    const elsewhere = movedTo(state);
    const moved = elsewhere === undefined ? "" : `; its own state is in ${visible(elsewhere)}`;
    throw this.#refused(
      "STACK_EXISTS",
      `${address} has a stack of that name, which holds ${contentText(state)}${moved}. Check --to, --env and --project, or delete that stack with \`pulumi stack rm\``,
    );
  }

  async #move(
    source: OpenedStack,
    state: Exported,
    left: OpenedStack | undefined,
  ): Promise<Omit<Moved, "triggers">> {
    const { signal, note, onStep } = this.options;
    const { address } = this.#target;
    if (left) await removeStack(left);
    let release: () => Promise<string | undefined>;
    try {
      const { opened: target, secrets } = await createOnTarget(source, this.#target, note);
      await importInto(target, stateFor(state, { mark: this.#from, secrets }));
      if (!isSameState(state, await exportOf(target)))
        throw this.#refused(
          "MOVE_UNVERIFIED",
          `its copy in ${address} differs from the exported state. Run the command again`,
        );
      onStep("copied the state and compared the copy with it, including secrets.");
      if (signal.aborted) {
        await this.#undo(state);
        return { outcome: "unchanged" };
      }
      await this.#mark(state, address);
      if (!isSameState(state, await exportOf(source)))
        throw this.#refused(
          "STACK_CHANGED",
          "another run changed it while it was copied. Run the command again",
        );
      release = () => this.#release(target, stateFor(state, { mark: undefined, secrets }));
    } catch (error) {
      // A stack that another run has created in the meantime is not a copy.
      await this.#undo(state, { isCopied: (error as { code?: string }).code !== "STACK_EXISTS" });
      throw error;
    }
    onStep(`marked the stack in ${this.#from} as moved: it stays there as a backup.`);
    return { outcome: "moved", configBackup: await release() };
  }

  /** Completes a move that was killed after the source was marked. */
  async #finish(state: Exported): Promise<Omit<Moved, "triggers">> {
    const { project, address } = this.#target;
    const urn = ownerUrn(this.#source);
    prepare(project);
    const target = await openedStack(project, this.options);
    if (!target)
      throw this.#refused(
        "STACK_NOT_FOUND",
        `it is marked as moved to ${address}, where it does not exist. If that stack is lost, remove the mark: \`pulumi state delete '${urn}'\` in ${this.#from}`,
      );
    const copy = await exportOf(target);
    if (movedTo(copy) === this.#from && !isSameState(state, copy))
      throw this.#refused(
        "STACK_CHANGED",
        `it and its copy in ${address} differ, and each is marked as moved to the other. Compare them with \`pulumi stack export\`, then remove the mark of the correct one: \`pulumi state delete '${urn}'\``,
      );
    return {
      outcome: "finished",
      configBackup: await this.#release(target, stateFor(copy, { mark: undefined })),
    };
  }

  /**
   * Makes the target usable once the source is marked. Returns the path of the backup of Pulumi.<stack>.yaml, if there
   * is one.
   */
  async #release(target: OpenedStack, state: Exported): Promise<string | undefined> {
    try {
      const backup = replaceConfig(this.#source, this.#target);
      await importInto(target, state);
      rmSync(this.#target.project.folder, { recursive: true, force: true });
      return backup;
    } catch (error) {
      throw refusal(
        "MOVE_UNFINISHED",
        `the state of stack "${this.#source.stack}" is copied to ${this.#target.address}, but neither of the two can be used yet: ${(error as Error).message} Repeat the command to complete the move`,
      );
    }
  }

  #mark(state: Exported, address: string | undefined): Promise<void> {
    const owner = { ...ownerOf(state), ...(address === undefined ? {} : { movedTo: address }) };
    return recordMove(this.#source, owner, this.options.note);
  }

  /** Removes the copy, and the source's mark if it has one. Errors are only printed. */
  async #undo(state: Exported, { isCopied = true } = {}): Promise<void> {
    const { project, address } = this.#target;
    try {
      const source = await openedStack(this.#source, this.options);
      if (movedTo(await sealedExportOf(source!)) === address) await this.#mark(state, undefined);
      const target = isCopied ? await openedStack(project, this.options) : undefined;
      if (target && this.#isReplaceable(await sealedExportOf(target))) await removeStack(target);
      rmSync(project.folder, { recursive: true, force: true });
    } catch (error) {
      this.options.note(
        `the move could not be undone: ${(error as Error).message} Repeat the command to continue.`,
      );
    }
  }

  /** Whether a stack on the target is empty, or holds a copy or backup of the source's state. */
  #isReplaceable(state: Exported): boolean {
    return movedTo(state) === this.#from || contentOf(state).length === 0;
  }

  #refused(code: string, why: string): Error {
    const { stack, name } = this.#source;
    return refusal(code, `cannot move stack "${stack}" of project "${name}": ${why}`);
  }
}
