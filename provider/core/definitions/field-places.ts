import type { Path, Place } from "../issues/issue";
import type { Json, JsonObject } from "../schema/model";

/** Where a value of a definition is in its file. */
export interface FieldPlace {
  /** From the trigger down: ["schedule_config", "cron_expression"]. */
  path: Path;
  file: string;
  line: number;
  column: number;
}

/** The places of a trigger and of all its keys and items, the trigger first. */
export function fieldPlaces(trigger: JsonObject, placeOf: (path: Path) => Place): FieldPlace[] {
  const places: FieldPlace[] = [];
  const visit = (value: Json, path: Path): void => {
    const { file, line, column } = placeOf(path);
    places.push({ path, file, line, column });
    if (Array.isArray(value)) for (const [at, item] of value.entries()) visit(item, [...path, at]);
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
  };
  visit(trigger, []);
  return places;
}

/** The place of a path, or of the nearest value above it, such as the map that lacks a key. */
export function nearestPlace(path: Path, places: readonly FieldPlace[]): FieldPlace | undefined {
  const leadsTo = (place: FieldPlace): boolean =>
    place.path.length <= path.length && place.path.every((step, at) => step === path[at]);
  return places.filter(leadsTo).sort((a, b) => b.path.length - a.path.length)[0];
}

const LONGEST = 500;

/** `triggers/a.yaml:7:22 VALIDATION nightly: schedule_config.cron_expression: Invalid cron`, or without the place. */
export function fieldErrorLine(
  trigger: string,
  code: string,
  { path, message }: { path: Path; message: string },
  places: readonly FieldPlace[],
): string {
  const place = nearestPlace(path, places);
  const line = message.replaceAll(/\s+/g, " ").slice(0, LONGEST);
  const at = place ? [`${place.file}:${place.line}:${place.column}`] : [];
  return [...at, code, [trigger, path.join("."), line].filter(Boolean).join(": ")].join(" ");
}
