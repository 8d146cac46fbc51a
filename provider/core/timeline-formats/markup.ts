import { visible } from "../json/safe-text";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text from outside for HTML and SVG, between tags and in quoted attributes. */
export const markup = (text: string): string =>
  visible(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Escapes a value for a `<script type="application/json">`: the same JSON, but it cannot end the element. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
