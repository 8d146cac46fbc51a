import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stackNameOf } from "../../../provider/core/environments/environment-path";
import type { CommandChange } from "../command/command-sequence";
import { SITES } from "../command/command-sequence";
import { edited } from "../declared";
import type { Definition, Namespace } from "../definitions";
import type { Props } from "../engine/engine-model";
import type { Backend } from "./backend";
import { Checkout } from "./checkout";

/** The owner of a stack, by what happened, not by what the code under test recorded. */
export interface Owner {
  repository: string;
  environment: string;
  namespace: Namespace;
}

const REPOSITORIES = ["acme/search", "acme/shop"] as const;
/** The initial project name of both repositories, on one backend. */
const PROJECT = "search";

/** An environment of a repository, as one team uses it. */
export class Site {
  readonly namespaces: readonly [Namespace, Namespace];
  readonly #files: readonly [string, string];
  environment: string;

  constructor(
    at: number,
    readonly checkout: Checkout,
  ) {
    const { files, namespaces } = SITES[at]!;
    this.#files = files;
    this.namespaces = namespaces;
    this.environment = files[0];
    checkout.setEnvironment(files[0], { namespace: namespaces[0] });
  }

  get otherFile(): string {
    return this.#files.find((file) => file !== this.environment)!;
  }

  get namespace(): Namespace {
    return this.checkout.environments.get(this.environment)!.namespace;
  }

  get project(): { name: string; stack: string } {
    return { name: this.checkout.projectName, stack: stackNameOf(this.environment) };
  }

  /** The declared triggers by key, with enough to identify each. */
  get program(): ReadonlyMap<string, Props> {
    const { checkout, namespace, environment } = this;
    const { exclude = [] } = checkout.environments.get(environment)!;
    return new Map(
      [...checkout.definitions]
        .filter(([key]) => !exclude.includes(key))
        .map(([name, { status, adopt }]) => [
          name,
          {
            ...{ name, namespace },
            ...(status === undefined ? {} : { status }),
            ...(adopt === undefined ? {} : { adopt }),
          },
        ]),
    );
  }

  get stack(): string {
    return `${this.project.name}/${this.project.stack}`;
  }
}

/** Two repositories with their environments on one backend, and the owner of each stack. */
export class Sites {
  readonly all: Site[];
  readonly owners = new Map<string, Owner>();
  readonly #keys = new Map<Checkout, Map<number, string>>();

  constructor(
    folder: string,
    private readonly backend: Backend,
    declared: readonly Definition[][],
  ) {
    const checkouts = REPOSITORIES.map((id, at) => {
      const own = join(folder, `repository-${at}`);
      mkdirSync(own);
      return new Checkout(own, id, PROJECT);
    });
    this.all = SITES.map(({ repository }, at) => new Site(at, checkouts[repository]!));
    for (const [at, checkout] of checkouts.entries())
      for (const [index, each] of declared[at]!.entries()) checkout.declare(`t${index}`, each);
  }

  /** Whether a stack belongs to another owner than the run's. `anyNamespace`: the run has no namespace of its own. */
  isAnothers(site: Site, anyNamespace: boolean): boolean {
    const owner = this.owners.get(site.stack);
    if (!owner) return false;
    const { checkout, environment, namespace } = site;
    if (owner.repository !== checkout.repository) return true;
    if (owner.environment !== environment && checkout.environments.has(owner.environment)) return true;
    return !anyNamespace && owner.namespace !== namespace;
  }

  /** Called after an `up` that started. */
  takes(site: Site): void {
    const { checkout, environment, namespace } = site;
    this.owners.set(site.stack, { repository: checkout.repository, environment, namespace });
  }

  /** The current key of a place in a repository's definitions. */
  key(site: Site, at: number): string {
    return this.#keysOf(site).get(at) ?? `t${at}`;
  }

  /** Out: whether anything changed. */
  change(site: Site, change: CommandChange): boolean {
    const { checkout } = site;
    const { definitions } = checkout;
    switch (change.edit) {
      case "environment": {
        const namespace = site.namespaces[change.namespace]!;
        if (namespace === site.namespace) return false;
        this.#environment(site, { namespace });
        return true;
      }
      case "rename environment":
        return this.#renameEnvironment(site, change.copy);
      case "own project":
        // A team with a stack under the old name would have to move its state.
        if (checkout.repository === REPOSITORIES[0] || this.#holdsStack(checkout)) return false;
        checkout.setProject("shop");
        return true;
      case "adopt":
      case "move":
        return false;
    }
    const key = this.key(site, change.at);
    if (change.edit === "declare") {
      checkout.declare(key, change.definition);
      return true;
    }
    const known = definitions.get(key);
    if (!known) return false;
    if (change.edit === "exclude") {
      const { exclude = [] } = checkout.environments.get(site.environment)!;
      const others = exclude.filter((each) => each !== key);
      this.#environment(site, { exclude: change.on ? [...others, key] : others });
    } else if (change.edit === "remove") {
      // An empty set is rejected; `destroy` is meant for that.
      if (definitions.size === 1) return false;
      checkout.remove(key);
    } else if (change.edit === "rename") {
      this.#keysOf(site).set(change.at, `${key}r`);
      checkout.rename(key, `${key}r`);
    } else {
      const { replaces } = known;
      checkout.declare(key, { ...edited(known, change), ...(replaces === undefined ? {} : { replaces }) });
    }
    return true;
  }

  #environment(site: Site, content: { namespace?: Namespace; exclude?: string[] }): void {
    const { checkout, environment } = site;
    checkout.setEnvironment(environment, { ...checkout.environments.get(environment)!, ...content });
  }

  /** Removes the file that an environment was copied from. */
  removeCopies(): void {
    for (const { checkout, environment, otherFile } of this.all)
      if (checkout.environments.has(environment)) checkout.removeEnvironment(otherFile);
  }

  #renameEnvironment(site: Site, copy: boolean): boolean {
    const { project, stack, checkout } = site;
    const to = site.otherFile;
    const owner = this.owners.get(stack);
    if (stackNameOf(to) === project.stack) {
      if (copy) checkout.setEnvironment(to, checkout.environments.get(site.environment)!);
      else checkout.renameEnvironment(site.environment, to);
      site.environment = to;
      return true;
    }
    if (owner) {
      if (this.isAnothers(site, true)) return false;
      if (!this.backend.rename(project.name, project.stack, stackNameOf(to))) return false;
      this.owners.set(`${project.name}/${stackNameOf(to)}`, owner);
      this.owners.delete(stack);
    }
    checkout.renameEnvironment(site.environment, to);
    site.environment = to;
    return true;
  }

  #holdsStack({ repository }: Checkout): boolean {
    return [...this.owners.values()].some((owner) => owner.repository === repository);
  }

  #keysOf({ checkout }: Site): Map<number, string> {
    const keys = this.#keys.get(checkout) ?? new Map<number, string>();
    this.#keys.set(checkout, keys);
    return keys;
  }
}
