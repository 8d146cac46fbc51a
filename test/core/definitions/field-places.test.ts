import { describe, expect, test } from "@jest/globals";
import { fieldErrorLine, fieldPlaces, nearestPlace } from "../../../provider/core/definitions/field-places";
import { readSource } from "../../../provider/core/yaml/yaml-source";

const TEXT = `action_config:
  cluster_id: clust_1
  output_collection_ids:
    - col_1
    - col_2
schedule_config: { cron_expression: "0 2 * * *" }
`;
const { source } = readSource("triggers/a.yaml", TEXT);
const PLACES = fieldPlaces(source!.value as never, (path) => source!.place(path));

describe("the place of a field", () => {
  test.each([
    [["schedule_config", "cron_expression"], "6:37"],
    [["action_config", "output_collection_ids", 1], "5:7"],
    [["action_config", "filters", "AND", 0], "2:3"],
    [["action_config", "output_collection_ids", 7], "4:5"],
    [["nothing", "like", "it"], "1:1"],
    [[], "1:1"],
  ])("%j is %s", (path, expected) => {
    const { line, column } = nearestPlace(path, PLACES)!;
    expect(`${line}:${column}`).toBe(expected);
  });

  test("is unknown without a definition", () => {
    expect(nearestPlace(["schedule_config"], [])).toBeUndefined();
  });

  test("starts the line of an error about it", () => {
    const wrong = { path: ["schedule_config", "cron_expression"], message: "Too\noften" };
    expect(fieldErrorLine("nightly", "VALIDATION", wrong, PLACES)).toBe(
      "triggers/a.yaml:6:37 VALIDATION nightly: schedule_config.cron_expression: Too often",
    );
    expect(fieldErrorLine("nightly", "VALIDATION", wrong, [])).toBe(
      "VALIDATION nightly: schedule_config.cron_expression: Too often",
    );
  });
});
