import { describe, expect, test } from "@jest/globals";
import { planMarkdown } from "../../../provider/core/report/plan-markdown";
import { detailsOf, planJson, summaryOf, summaryText } from "../../../provider/core/report/plan-report";
import { appliedText } from "../../../provider/core/report/progress";
import { plan } from "../held";
import { desired, live } from "../samples";

const at = (cron_expression: string) => ({ schedule_config: { cron_expression } });

describe("a plan is shown", () => {
  const secret = (url: string) => ({
    action_type: "retriever_execution",
    action_config: {
      retriever_id: "ret_1",
      notification_config: { channels: [{ channel_type: "webhook", config: { url } }] },
    },
  });
  const found = plan(
    [
      desired(at("0 3 * * *")),
      desired({ name: "new|one", status: "paused" }),
      desired({ name: "canary", ...secret("https://a/s3cret") }),
    ],
    [live(), live({ trigger_id: "trg_2", name: "canary", ...secret("https://b/s3cret") })],
  );

  test("in one sentence, with its cost", () => {
    expect(summaryText(summaryOf(found))).toBe("1 to create, 1 to update, 1 to replace; 4 requests to apply");
    expect(summaryText(summaryOf(plan([desired()], [live()])))).toBe("1 unchanged");
    expect(summaryText(summaryOf(plan([], [])))).toBe("nothing declared");
    const many = { ...summaryOf(plan([], [])), create: 25, requests: 25 };
    expect(summaryText(many)).toBe(
      "25 to create; 25 requests to apply, at least 2 minutes if the API allows 10 a minute",
    );
    expect(summaryText({ ...many, requests: 121 }, 60)).toBe(
      "25 to create; 121 requests to apply, at least 2 minutes at the API's 60 a minute",
    );
    expect(summaryText({ ...many, requests: 60 }, 60)).toBe("25 to create; 60 requests to apply");
    expect(summaryText({ ...many, create: 10, requests: 10 })).toBe("10 to create; 10 requests to apply");
  });

  test("an adoption that updates is counted and marked as such, before and after", () => {
    const adopted = plan(
      [desired({ adopt: true }), desired({ name: "other", adopt: true })],
      [live({ description: "theirs" }), live({ trigger_id: "trg_2", name: "other" })],
      [],
    );
    expect(summaryOf(adopted)).toMatchObject({ adopt: 2, adopt_update: 1, update: 0, requests: 1 });
    expect(summaryText(summaryOf(adopted))).toBe("1 to adopt, 1 to adopt and update; 1 request to apply");
    expect(appliedText(adopted, () => ({ state: "done" }))).toBe("1 adopted, 1 adopted and updated");
    expect(planMarkdown(adopted, "prod").match(/^\| [~=] \|.*/gm)).toEqual([
      '| ~ | nightly | adopt and update | description is "theirs" live, absent desired; trg\\_1 is live and differs from the definition: adopted and updated, not created \\[ADOPTED\\] |',
      "| = | other | adopt | trg\\_2 is live under this name: stored in the state, not created \\[ADOPTED\\] |",
    ]);
  });

  test("as data and as a table, without secrets and markup", () => {
    const json = JSON.stringify(planJson(found));
    const markdown = planMarkdown(found, "environments/prod.yaml");
    expect(json + markdown + found.triggers.flatMap(detailsOf).join()).not.toContain("s3cret");
    expect(JSON.parse(json)).toMatchObject({
      summary: { create: 1, update: 1, replace: 1, unchanged: 0, requests: 4 },
      triggers: [
        {
          name: "nightly",
          op: "update",
          trigger_id: "trg_1",
          changes: [
            {
              path: "schedule_config.cron_expression",
              live: "0 2 * * *",
              desired: "0 3 * * *",
              cause: "differs",
              rule: "patch",
            },
          ],
        },
        { name: "new|one", op: "create", trigger_id: null },
        { name: "canary", op: "replace", changes: [{ live: "[secret]", desired: "[secret]" }] },
      ],
    });
    expect(markdown).toContain('| + | new\\|one | create | cluster, cron "0 2 \\* \\* \\*" UTC, paused |');
  });
});
