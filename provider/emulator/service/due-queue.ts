import type { HeldTrigger, Namespace } from "./store";

/** A trigger and its next run, if nothing changes. */
export interface Due {
  namespace: Namespace;
  held: HeldTrigger;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * The triggers that will fire, by time, then by order of creation. A binary heap: a trigger's outdated entries stay in
 * it until they come up, because finding them would mean a search.
 */
export class DueQueue {
  private heap: Due[] = [];
  private readonly current = new Map<HeldTrigger, Due>();

  /** Sets when a trigger fires; null if it does not fire by itself. */
  set(namespace: Namespace, held: HeldTrigger, at: number | null): void {
    if (at === null) {
      this.current.delete(held);
      return;
    }
    if (this.current.get(held)?.at === at) return;
    const due = { namespace, held, at };
    this.current.set(held, due);
    this.heap.push(due);
    this.up(this.heap.length - 1);
    if (this.heap.length > 2 * this.current.size + 64) this.compact();
  }

  first(): Due | undefined {
    for (let top = this.heap[0]; top; top = this.heap[0]) {
      if (this.current.get(top.held) === top) return top;
      this.removeTop();
    }
    return undefined;
  }

  private compact(): void {
    this.heap = [...this.current.values()].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  private removeTop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    this.heap[0] = last;
    this.down(0);
  }

  private up(index: number): void {
    let place = index;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.swapped(place, parent)) return;
      place = parent;
    }
  }

  private down(index: number): void {
    for (let place = index; ; ) {
      const left = 2 * place + 1;
      const right = left + 1;
      if (left >= this.heap.length) return;
      const smaller = right < this.heap.length && before(this.heap[right]!, this.heap[left]!) ? right : left;
      if (!this.swapped(smaller, place)) return;
      place = smaller;
    }
  }

  /** Swaps two entries if the lower one is earlier; false if it is not. */
  private swapped(lower: number, upper: number): boolean {
    const [low, high] = [this.heap[lower]!, this.heap[upper]!];
    if (!before(low, high)) return false;
    this.heap[lower] = high;
    this.heap[upper] = low;
    return true;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.held.sequence < b.held.sequence);
}
