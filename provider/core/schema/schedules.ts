import { cronProblem } from "../schedule/cron";
import { zoneProblem } from "../schedule/zones";
import { type Config, flag, id, text, whole } from "./config-keys";

/** When a trigger fires. Source: Triggers API, `schedule_config` by `trigger_type`. */
export const SCHEDULES: Readonly<Record<string, Config>> = {
  cron: {
    doc: "At the times of a cron expression.",
    keys: {
      cron_expression: {
        type: { is: "text", problem: cronProblem },
        doc: "Five fields: minute, hour, day of month, month, day of week.",
        ts: "string",
        required: true,
        meaning: "cron",
        example: "0 2 * * *",
      },
      timezone: {
        type: { is: "text", problem: zoneProblem },
        doc: "IANA time zone in which the expression is read.",
        ts: "string",
        default: "UTC",
        meaning: "zone",
        example: "Europe/Paris",
      },
    },
  },
  interval: {
    doc: "Again and again after a fixed time.",
    keys: {
      interval_seconds: whole(1, undefined, "Seconds from one run to the next.", {
        required: true,
        example: 21600,
      }),
      start_immediately: flag("Run once at creation, before the first interval is over.", { default: false }),
    },
  },
  event: {
    doc: "After a number of events.",
    keys: {
      event_type: text("What is counted.", { required: true, example: "documents_added" }),
      event_threshold: whole(1, undefined, "Events until the trigger fires.", {
        required: true,
        example: 100,
      }),
      collection_id: id("collection", "Count only this collection's events; absent: all."),
      cooldown_seconds: whole(0, undefined, "Seconds after a run in which it does not fire again.", {
        example: 300,
      }),
    },
  },
  conditional: {
    doc: "When a measured condition holds.",
    open: ({ condition_type }) => condition_type === "volume",
    keys: {
      condition_type: {
        type: { is: "choice", values: ["drift", "volume"] },
        doc: "`drift`, or (2026-10) `volume`, a document count whose other keys the vendor has not published.",
        ts: '"drift" | "volume"',
        required: true,
        example: "drift",
      },
      threshold: {
        type: { is: "number" },
        ts: "number",
        doc: "Fires when the measure exceeds this.",
        example: 0.3,
      },
      metric: text("How drift is measured.", { example: "cosine_drift" }),
      check_interval_seconds: whole(1, undefined, "Seconds between two checks.", { example: 3600 }),
    },
    bounds: [
      {
        doc: "a cosine drift is between the two",
        key: "threshold",
        min: 0,
        max: 1,
        beside: { condition_type: ["drift"], metric: ["cosine_drift", null] },
      },
    ],
  },
};
