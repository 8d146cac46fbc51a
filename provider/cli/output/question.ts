/** Asks for confirmation on the terminal. Returns true for yes. Ctrl-C and the end of input mean no. */
export async function askYes(question: string, signal?: AbortSignal): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asked.question(`${question}? (yes/no) `, signal ? { signal } : {});
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    process.stderr.write("\n");
    return false;
  } finally {
    asked.close();
  }
}
