import type { Path } from "./issue";

/** Values by path, for many lookups: one takes as long as its path, however many paths there are. */
export class PathIndex<T> {
  /** Created on the first add: there is one index for each kind of problem in a trigger, and most stay empty. */
  #root: Step<T> | undefined;

  /** Keeps the first value for equal paths. */
  add(path: Path, value: T): void {
    this.#root ??= { below: new Map() };
    let at = this.#root;
    for (const step of path) {
      const next = at.below.get(String(step)) ?? { below: new Map() };
      at.below.set(String(step), next);
      at.first ??= { value };
      at = next;
    }
    at.first ??= { value };
    at.own ??= { value };
  }

  /** The value of a path at, above or below this one. */
  overlapping(path: Path): T | undefined {
    let at = this.#root;
    if (!at) return undefined;
    for (const step of path) {
      if (at.own) return at.own.value;
      const next = at.below.get(String(step));
      if (!next) return undefined;
      at = next;
    }
    return at.first?.value;
  }
}

interface Step<T> {
  below: Map<string, Step<T>>;
  /** The value of a path that ends here. */
  own?: { value: T };
  /** The value of a path that ends here or below. */
  first?: { value: T };
}
