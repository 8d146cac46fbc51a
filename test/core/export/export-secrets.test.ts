import { describe, expect, test } from "@jest/globals";
import { diffTrigger } from "../../../provider/core/diff/diff";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { canary, live } from "../samples";
import { exported, pairs } from "./exported";

describe("secrets", () => {
  const slack = (url: string) => ({ channel_type: "slack", config: { webhook_url: url, retries: 2 } });
  const canaryOf = (name: string, ...channels: Json[]): LiveTrigger =>
    live({ name, trigger_id: `trg_${name}`, ...canary({ notification_config: { channels } }) });

  test("of notifications are not written: each becomes a variable with the trigger's name", () => {
    const email = {
      channel_type: "email",
      config: { to: ["planted-2", "planted-3"], from: { name: "planted-4" } },
    };
    const out = exported([canaryOf("7 search canaries", slack("planted-1"), email)]);
    expect(out.variables).toEqual([
      "MIXPEEK_VAR_7_SEARCH_CANARIES_EMAIL_FROM_NAME",
      "MIXPEEK_VAR_7_SEARCH_CANARIES_EMAIL_TO_1",
      "MIXPEEK_VAR_7_SEARCH_CANARIES_EMAIL_TO_2",
      "MIXPEEK_VAR_7_SEARCH_CANARIES_SLACK_WEBHOOK_URL",
    ]);
    const texts = Object.values(out.files).join("\n");
    expect(texts).not.toContain("planted");
    expect(texts).toContain("- channel_type: slack\n");
    expect(texts).toContain("retries: 2\n");
    expect(texts).toContain("webhook_url: ${env:MIXPEEK_VAR_7_SEARCH_CANARIES_SLACK_WEBHOOK_URL}\n");
    expect(out.files["environments/dev.yaml"]).toMatch(
      /^# Set these environment variables where preview, up and drift run.*_EMAIL_TO_2, /,
    );
  });

  test("a channel's id is not a secret, and is written", () => {
    const out = exported([
      canaryOf("a", { channel_type: "webhook", channel_id: "wh_1", config: { id: "planted" } }),
    ]);
    expect(out.variables).toEqual(["MIXPEEK_VAR_A_WEBHOOK_ID"]);
    expect(Object.values(out.files).join("\n")).toContain("channel_id: wh_1\n");
  });

  test("have the same names in any key order", () => {
    const turned = { config: { url: "planted" }, channel_type: "webhook" };
    expect(exported([canaryOf("a", turned)]).variables).toEqual(["MIXPEEK_VAR_A_WEBHOOK_URL"]);
  });

  test("that many triggers share become one variable; several are each named after the first trigger that has it", () => {
    const all = (...urls: string[]) => urls.map((url, at) => canaryOf(`c${at}`, slack(url)));
    expect(exported(all("a", "a", "a")).variables).toEqual(["MIXPEEK_VAR_SLACK_WEBHOOK_URL"]);
    expect(exported(all("a", "b", "a")).variables).toEqual([
      "MIXPEEK_VAR_C0_SLACK_WEBHOOK_URL",
      "MIXPEEK_VAR_C1_SLACK_WEBHOOK_URL",
    ]);
    const clash = [canaryOf("a b", slack("1")), canaryOf("a/b", slack("2"))];
    expect(exported(clash).variables).toEqual([
      "MIXPEEK_VAR_A_B_SLACK_WEBHOOK_URL",
      "MIXPEEK_VAR_A_B_SLACK_WEBHOOK_URL_2",
    ]);
  });

  test.each<[string, Json, string]>([
    [
      "a known shape elsewhere",
      { notification_config: { channels: [slack("planted")] } },
      "MIXPEEK_VAR_NIGHTLY_SLACK_WEBHOOK_URL",
    ],
    [
      "a key whose name suggests a secret",
      { notify: { webhookUrl: "planted" } },
      "MIXPEEK_VAR_NIGHTLY_WEBHOOKURL",
    ],
    [
      "a new kind of channel",
      { channels: [{ channel_type: "pager", config: { key: "planted" } }] },
      "MIXPEEK_VAR_NIGHTLY_PAGER_KEY",
    ],
  ])("in a config of unknown shape: %s", (_, config, variable) => {
    const trigger = live({ action_type: "alert_evaluation", action_config: config as JsonObject });
    const out = exported([trigger]);
    expect(out.variables).toEqual([variable]);
    expect(JSON.stringify(out)).not.toContain("planted");
    const [[found, desired]] = pairs([trigger], out) as [[LiveTrigger, DesiredTrigger]];
    expect(diffTrigger(desired, undefined, found)).toEqual([]);
  });
});
