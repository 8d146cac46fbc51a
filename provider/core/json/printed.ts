/** Scripts that need joiners between their letters. */
const JOINING = [
  ...[
    "Arabic",
    "Syriac",
    "Mongolian",
    "Devanagari",
    "Bengali",
    "Gurmukhi",
    "Gujarati",
    "Oriya",
    "Tamil",
    "Telugu",
  ],
  ...["Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan"],
].map((script) => `\\p{Script=${script}}`);

/** What joins emoji and letters of some scripts is kept there, and variation selectors after what they vary. */
const NEEDED = [
  `(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f${JOINING.join("")}])[\\u200c\\u200d]`,
  "(?<=[\\p{Extended_Pictographic}0-9#*])[\\ufe0e\\ufe0f]",
  "(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
].join("|");

/** Characters that take no room, or turn round what is beside them. Blank letters and marks are no format characters. */
const UNSEEN =
  "[\\p{Cf}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]";

const INVISIBLE_ONE = `(?=${UNSEEN})(?!${NEEDED})[^]`;
const INVISIBLE = new RegExp(INVISIBLE_ONE, "gu");
const UNSAFE = new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]|${INVISIBLE_ONE}`, "gu");
const OUTSIDE_JSON = new RegExp(`(?!\\n)[\\p{Cc}\\p{Zl}\\p{Zp}]|${UNSEEN}`, "gu");

/** `\u{202e}`, as JavaScript writes it. */
const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/**
 * Text of others that is safe to print on one line: each character that a terminal obeys, or that cannot be seen, is
 * written as an escape. Joiners stay where emoji and scripts need them.
 */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? "\u2421" : escaped(character);
  });
}

/** Whether a value has nothing in it that could be secret: null, or an empty text, list or map. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  (typeof value === "object" && value !== undefined && Object.keys(value).length === 0);

/** Whether outputs show `[secret]` in place of a value. In: whether its field is secret. */
export const isHidden = (value: unknown, secret: boolean): boolean =>
  secret && value !== undefined && !isEmpty(value);

/** The same for text with lines and colors of our own: only what no output of ours has is escaped. */
export const withoutInvisible = (text: string): string => text.replaceAll(INVISIBLE, escaped);

/** JSON leaves some control characters as they are; its own escapes keep the value and spare the terminal. */
export function jsonText(value: unknown): string {
  const units = (character: string): string =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  return `${JSON.stringify(value, null, 2).replaceAll(OUTSIDE_JSON, units)}\n`;
}
