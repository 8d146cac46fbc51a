import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { fromResponse } from "../../../provider/api/errors/error-response";

const SHOWN = { action: "create trigger", target: '"nightly" in namespace "dev"' };
const CONTEXT = { ...SHOWN, kind: "create" } as const;

describe("the message of an error", () => {
  test("is one line without control characters, line breaks or bidi characters", () => {
    const nasty = "a\u0000b\r\nc\u001b[31md\u2028e\u202ef\tg\u0085h\ud800i";
    const error = fromResponse(400, JSON.stringify({ detail: nasty }), {
      action: "list\ntriggers",
      target: 'in "x\u0007"',
    });
    expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u);
    expect(error.reason).toContain("a b c [31md e f g h i");
  });

  test("has a maximum length, and is not cut within a character", () => {
    const { reason } = fromResponse(400, JSON.stringify({ detail: "𝕏".repeat(5000) }), CONTEXT);
    expect([...reason]).toHaveLength(500);
    expect(reason).toMatch(/𝕏…$/u);
    expect(fromResponse(500, "y".repeat(100_000), CONTEXT).reason.length).toBeLessThan(300);
  });

  test("starts with the action and its target", () => {
    const error = new ApiError("NETWORK", CONTEXT, "the host is gone.");
    expect(error.message).toMatch(
      /^cannot create trigger "nightly" in namespace "dev": the host is gone\. Check /,
    );
    expect(error).toMatchObject({ name: "ApiError", status: undefined, refusedKeys: [], ambiguous: false });
  });
});
