/** Caches a pure function of one string. The cache is bounded, since a process may run for a long time. */
export function memoized<T>(ask: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    if (answers.has(text)) return answers.get(text) as T;
    if (answers.size >= 10_000) answers.clear();
    const answer = ask(text);
    answers.set(text, answer);
    return answer;
  };
}
