/** Environment files in the order in which they run. */
export interface EnvironmentOrder {
  files: string[];
  /** Files that wait for each other, each for the next and the last for the first; absent if there is no cycle. */
  cycle?: string[];
}

/**
 * Puts each environment after those that its file names under `after`, and otherwise keeps the order. `after` maps a
 * file to the files that it names.
 */
export function environmentOrder(
  files: readonly string[],
  after: ReadonlyMap<string, readonly string[]>,
): EnvironmentOrder {
  const left = new Set(files);
  const ordered: string[] = [];
  while (left.size > 0) {
    const waitsFor = (file: string): string | undefined => after.get(file)?.find((each) => left.has(each));
    const next = [...left].find((file) => waitsFor(file) === undefined);
    if (next === undefined)
      return { files: [...files], cycle: cycleFrom([...left][0]!, (file) => waitsFor(file)!) };
    left.delete(next);
    ordered.push(next);
  }
  return { files: ordered };
}

/** Follows a cycle from one of its files. `waitsFor`: what each file of the cycle waits for. */
function cycleFrom(first: string, waitsFor: (file: string) => string): string[] {
  const way = [first];
  for (let file = waitsFor(first); ; file = waitsFor(file)) {
    const at = way.indexOf(file);
    if (at >= 0) return way.slice(at);
    way.push(file);
  }
}
