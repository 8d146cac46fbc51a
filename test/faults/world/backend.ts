import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Project } from "../../../provider/cli/project/project";
import { stateFiles } from "../../../provider/cli/stack/state-file";
import type { StackOwner } from "../../../provider/core/stack/stack-owner";
import { OWNER_TYPE, TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";
import { EngineModel } from "../engine/engine-model";

/** One stack in its backend. */
class Stack {
  owner: StackOwner | undefined;

  constructor(readonly engine: EngineModel) {}
}

/** A backend that several repositories share: stacks by project and name, as files in the engine's format. */
export class Backend {
  readonly url: string;
  private readonly stacks = new Map<string, Stack>();

  constructor(
    folder: string,
    private readonly atOnce: number,
  ) {
    mkdirSync(folder, { recursive: true });
    this.url = pathToFileURL(folder).href;
  }

  stack({ name, stack }: Pick<Project, "name" | "stack">): Stack {
    const key = `${name}/${stack}`;
    const known = this.stacks.get(key) ?? new Stack(new EngineModel(this.atOnce));
    this.stacks.set(key, known);
    return known;
  }

  /** Every stack's name and contents, to detect changes. */
  all(): [name: string, stack: Stack][] {
    return [...this.stacks];
  }

  /** `pulumi stack rename`; false if a stack of that name already exists. */
  rename(project: string, from: string, to: string): boolean {
    const stack = this.stacks.get(`${project}/${from}`);
    const other = this.stacks.get(`${project}/${to}`);
    if (!stack || (other && (other.engine.state.length > 0 || other.owner))) return false;
    this.stacks.set(`${project}/${to}`, stack);
    this.stacks.delete(`${project}/${from}`);
    const [file] = stateFiles(this.url, project, from) as [string];
    const [renamed] = stateFiles(this.url, project, to) as [string];
    renameSync(file, renamed);
    this.save({ name: project, stack: to });
    return true;
  }

  save(project: Pick<Project, "name" | "stack">): void {
    const { engine, owner } = this.stack(project);
    const urn = (type: string, name: string): string =>
      `urn:pulumi:${project.stack}::${project.name}::${type}::${name}`;
    const triggers = engine.state.map(({ urn: key, id, inputs, outs, pendingDelete, protect, retain }) => ({
      urn: urn(TRIGGER_TYPE, key),
      type: TRIGGER_TYPE,
      id,
      custom: true,
      inputs,
      outputs: outs,
      protect,
      retainOnDelete: retain,
      delete: pendingDelete,
    }));
    const record = owner ? [{ urn: urn(OWNER_TYPE, "owner"), type: OWNER_TYPE, outputs: owner }] : [];
    const [file] = stateFiles(this.url, project.name, project.stack) as [string];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ version: 3, checkpoint: { latest: { resources: [...record, ...triggers] } } }),
    );
  }
}
