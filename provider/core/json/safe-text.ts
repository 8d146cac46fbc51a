/** Scripts that need joiners between letters. */
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

/** Invisible characters in places that need them: joiners in emoji and some scripts, variation selectors. */
const NEEDED = [
  `(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f${JOINING.join("")}])[\\u200c\\u200d]`,
  "(?<=[\\p{Extended_Pictographic}0-9#*])[\\ufe0e\\ufe0f]",
  "(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
].join("|");

/** Characters that are invisible or change the direction of text. Some, such as blank letters, are not in Cf. */
const UNSEEN =
  "[\\p{Cf}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]";

const INVISIBLE_ONE = `(?=${UNSEEN})(?!${NEEDED})[^]`;
const INVISIBLE = new RegExp(INVISIBLE_ONE, "gu");
const UNSAFE = new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]|${INVISIBLE_ONE}`, "gu");
const OUTSIDE_JSON = new RegExp(`(?!\\n)[\\p{Cc}\\p{Zl}\\p{Zp}]|${UNSEEN}`, "gu");

/** Written as in JavaScript: `\u{202e}`. */
const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/**
 * Text from outside, safe to print on one line: each control or invisible character is escaped. Joiners stay where
 * emoji and scripts need them.
 */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? "\u2421" : escaped(character);
  });
}

/** Whether a value is empty and so cannot be secret: null, or an empty string, list or map. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  (typeof value === "object" && value !== undefined && Object.keys(value).length === 0);

/** Whether outputs show `[secret]` instead of a value. `secret`: whether its field is secret. */
export const isHidden = (value: unknown, secret: boolean): boolean =>
  secret && value !== undefined && !isEmpty(value);

/** For text that has our own line breaks and colors: escapes only what our outputs never contain. */
export const withoutInvisible = (text: string): string => text.replaceAll(INVISIBLE, escaped);

/** JSON leaves some control characters unescaped. Escaping them keeps the value and protects the terminal. */
export function jsonText(value: unknown): string {
  const units = (character: string): string =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  return `${JSON.stringify(value, null, 2).replaceAll(OUTSIDE_JSON, units)}\n`;
}
