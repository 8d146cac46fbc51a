import { cronProblem } from "../schedule/cron";
import { zoneProblem } from "../schedule/zones";
import { type Config, flag, id, text, whole } from "./config-keys";

/** When a trigger fires. Source: Triggers API, `schedule_config` by `trigger_type`. */
export const SCHEDULES: Readonly<Record<string, Config>> = {
  cron: {
    doc: "Runs at the times that a cron expression describes.",
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
        doc: "IANA time zone of the expression.",
        ts: "string",
        default: "UTC",
        meaning: "zone",
        example: "Europe/Paris",
      },
    },
  },
  interval: {
    doc: "Runs at a fixed interval.",
    keys: {
      interval_seconds: whole(1, undefined, "Time between two runs, in seconds.", {
        required: true,
        example: 21600,
      }),
      start_immediately: flag(
        "Whether the trigger also runs once when it is created, before the first interval ends.",
        { default: false },
      ),
    },
  },
  event: {
    doc: "Runs after a number of events.",
    keys: {
      event_type: text("Type of the events that are counted.", {
        required: true,
        example: "documents_added",
      }),
      event_threshold: whole(1, undefined, "Number of events after which the trigger runs.", {
        required: true,
        example: 100,
      }),
      collection_id: id("collection", "Counts only events of this collection. If absent, all events."),
      cooldown_seconds: whole(
        0,
        undefined,
        "Time after a run, in seconds, during which the trigger does not run again.",
        {
          example: 300,
        },
      ),
    },
  },
  conditional: {
    doc: "Runs when a measured value meets a condition.",
    open: ({ condition_type }) => condition_type === "volume",
    keys: {
      condition_type: {
        type: { is: "choice", values: ["drift", "volume"] },
        doc: "`drift` or, since API 2026-10, `volume` (a number of documents). Mixpeek does not publish the other keys of `volume`.",
        ts: '"drift" | "volume"',
        required: true,
        example: "drift",
      },
      threshold: {
        type: { is: "number" },
        ts: "number",
        doc: "The trigger runs when the measured value exceeds this value.",
        example: 0.3,
      },
      metric: text("How drift is measured.", { example: "cosine_drift" }),
      check_interval_seconds: whole(1, undefined, "Time between two checks, in seconds.", { example: 3600 }),
    },
    bounds: [
      {
        doc: "a cosine drift is always in this range",
        key: "threshold",
        min: 0,
        max: 1,
        beside: { condition_type: ["drift"], metric: ["cosine_drift", null] },
      },
    ],
  },
};
