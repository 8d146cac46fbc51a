import type { Path } from "./issue";

/** Paths that are asked about many times; each question takes as long as its path, however many there are. */
export class PathIndex<T> {
  /** Most stay empty: there is one for each thing that may be wrong in a trigger. */
  #root: Step<T> | undefined;

  /** Keeps the first of equal paths. */
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

  /** What belongs to a path here that leads to or through this one, or that this one leads to or through. */
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
  /** Of a path that ends here. */
  own?: { value: T };
  /** Of a path that ends here or below. */
  first?: { value: T };
}
