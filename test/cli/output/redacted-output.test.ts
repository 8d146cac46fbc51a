import { afterEach, describe, expect, test } from "@jest/globals";
import { hideSecretsOf, redactedWrite } from "../../../provider/cli/output/redacted-output";

hideSecretsOf("postgres://user:hunter22@db/x");

const listeners = process.listeners("exit");
afterEach(() => {
  for (const listener of process.listeners("exit"))
    if (!listeners.includes(listener)) process.off("exit", listener);
});

function stream(): { written: string[]; write: ReturnType<typeof redactedWrite> } {
  const written: string[] = [];
  const write = (text: string, done?: () => void): boolean => {
    written.push(text);
    done?.();
    return true;
  };
  return { written, write: redactedWrite({ write: write as NodeJS.WriteStream["write"] }) };
}

describe("a stream that redacts", () => {
  test("a secret split over two chunks of a line, or of bytes, is hidden", () => {
    const { written, write } = stream();
    write("it is hunt");
    write(Buffer.from("er22 ö".normalize("NFC")).subarray(0, 6));
    write(Buffer.from("ö").subarray(1));
    write("\n");
    expect(written).toEqual(["it is *** ö\n"]);
  });

  test("a line without a line break is written at the end of the event loop's turn, before the next one", async () => {
    const { written, write } = stream();
    write("sure? ");
    expect(written).toEqual([]);
    await new Promise(setImmediate);
    expect(written).toEqual(["sure? "]);
    write("yes\n");
    expect(written).toEqual(["sure? ", "yes\n"]);
  });

  test("invisible characters from outside are escaped; the command's own line breaks and colours stay", () => {
    const { written, write } = stream();
    write("\u001b[31ma\u202eb\u200d\u001b[0m\r\u001b[2K\n");
    expect(written).toEqual(["\u001b[31ma\\u{202e}b\\u{200d}\u001b[0m\r\u001b[2K\n"]);
  });

  test("calls back once the text is written", async () => {
    const { written, write } = stream();
    await new Promise<void>((done) => write("no end", () => done()));
    await new Promise<void>((done) => write("an end\n", "utf8", () => done()));
    expect(written).toEqual(["no end", "an end\n"]);
  });

  test("writes the rest when the process ends", () => {
    const { written, write } = stream();
    write("no end");
    for (const listener of process.listeners("exit")) if (!listeners.includes(listener)) listener(0);
    expect(written).toEqual(["no end"]);
  });
});
