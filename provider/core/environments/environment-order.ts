/** Environment files in the order in which they run. */
export interface EnvironmentOrder {
  files: string[];
  /** Files that wait for one another, each for the next and the last for the first; absent: none do. */
  cycle?: string[];
}

/**
 * Puts each environment after those that its file names under `after`; otherwise their order stays. In: the files, and by
 * file those among them that it names.
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

/** In: a file that a cycle keeps waiting, and what each such file waits for. */
function cycleFrom(first: string, waitsFor: (file: string) => string): string[] {
  const way = [first];
  for (let file = waitsFor(first); ; file = waitsFor(file)) {
    const at = way.indexOf(file);
    if (at >= 0) return way.slice(at);
    way.push(file);
  }
}
