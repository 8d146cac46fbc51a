/** A pure function of one text, asked once for each; bounded, since a process may live long. */
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
