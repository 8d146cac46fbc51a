import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json, JsonObject } from "../../../provider/core/schema/model";
import { type Definition, localized, type Namespace } from "../definitions";

/** A definition under its key, with its resource options. */
export type Declared = Definition & { protect?: boolean; retain?: boolean; replaces?: string };

/** The content of an environment file. */
export interface EnvironmentContent {
  namespace: Namespace;
  exclude?: readonly string[];
}

/** A clone of a repository: the files that a user edits, written as a user would. */
export class Checkout {
  readonly definitions = new Map<string, Declared>();
  readonly environments = new Map<string, EnvironmentContent>();
  /** The last definition of each key, to restore it. */
  private readonly known = new Map<string, Declared>();
  /** The text of each file. */
  private readonly written = new Map<string, string>();

  /** In: a folder, the repository's id and its project's name. */
  constructor(
    readonly folder: string,
    readonly repository: string,
    private project: string,
  ) {
    this.setProject(project);
  }

  get projectName(): string {
    return this.project;
  }

  setProject(name: string): void {
    this.project = name;
    this.write("Pulumi.yaml", { name, runtime: "nodejs", mixpeek: { repository: this.repository } });
  }

  setEnvironment(file: string, content: EnvironmentContent): void {
    this.environments.set(file, content);
    this.save();
  }

  removeEnvironment(file: string): void {
    this.environments.delete(file);
    this.written.delete(file);
    rmSync(join(this.folder, file), { force: true });
  }

  renameEnvironment(file: string, to: string): void {
    this.environments.set(to, this.environments.get(file)!);
    this.environments.delete(file);
    this.written.delete(file);
    mkdirSync(dirname(join(this.folder, to)), { recursive: true });
    renameSync(join(this.folder, file), join(this.folder, to));
  }

  declare(key: string, definition: Declared): void {
    this.definitions.set(key, definition);
    this.known.set(key, definition);
    // A declared key cannot be in another definition's `replaces`.
    for (const [other, { replaces, ...rest }] of this.definitions)
      if (replaces === key) this.definitions.set(other, rest);
    this.save();
  }

  remove(key: string): void {
    this.definitions.delete(key);
    this.save();
  }

  /** Renames a definition's key. It keeps its trigger. */
  rename(key: string, to: string): void {
    const { replaces: _, ...definition } = this.definitions.get(key)!;
    this.definitions.delete(key);
    this.declare(to, { ...definition, replaces: key });
  }

  /** Restores a definition as it was, without its protection, in every environment. */
  unprotect(key: string): void {
    for (const [file, { namespace, exclude = [] }] of this.environments)
      this.environments.set(file, { namespace, exclude: exclude.filter((each) => each !== key) });
    this.declare(key, { ...this.known.get(key)!, protect: false });
  }

  /** The namespace of a definition in one environment. */
  namespaceOf(key: string, environment: string): Namespace {
    return this.definitions.get(key)?.namespace ?? this.environments.get(environment)!.namespace;
  }

  private save(): void {
    const sorted = [...this.definitions].sort(([a], [b]) => (a < b ? -1 : 1));
    const triggers = Object.fromEntries(sorted.map(([key, definition]) => [key, contentOf(definition)]));
    this.write("triggers/all.json", { triggers });
    for (const [file, { namespace, exclude = [] }] of this.environments) {
      // Excluding something that is not declared is an error.
      const known = exclude.filter((each) => this.definitions.has(each));
      this.write(file, { namespace, variables: { own: namespace }, exclude: known });
    }
  }

  private write(file: string, content: JsonObject): void {
    const text = JSON.stringify(content);
    if (this.written.get(file) === text) return;
    this.written.set(file, text);
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Ids come from a variable of the environment's namespace, unless the definition has its own namespace. */
function contentOf(definition: Declared): Json {
  const { action_config: action, schedule_config: schedule, ...rest } = definition;
  const namespace = definition.namespace ?? `\${var.own}`;
  return {
    ...(rest as JsonObject),
    action_config: localized(action, namespace),
    schedule_config: localized(schedule, namespace),
  };
}
