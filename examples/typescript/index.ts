import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "pulumi-mixpeek";

const config = new pulumi.Config();

// 04:00 in Paris, summer and winter. `status` is declared: after a manual pause, the next `pulumi up` resumes it.
const nightly = new mixpeek.Trigger("nightly-clusters", {
  description: "Cluster all products each night",
  actionType: "cluster",
  actionConfig: { clusterId: config.require("clusterId") },
  schedule: mixpeek.cron("0 4 * * *", { timezone: "Europe/Paris" }),
  status: "active",
});

// No `status`: created active, and a later pause is respected.
const enrich = new mixpeek.Trigger("enrich-new-products", {
  actionType: "taxonomy_enrichment",
  actionConfig: {
    taxonomyId: config.require("taxonomyId"),
    collectionId: config.require("collectionId"),
    filters: { AND: [{ field: "metadata.status", operator: "eq", value: "active" }] },
    incremental: true,
  },
  schedule: mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 100, cooldownSeconds: 300 }),
});

// Created paused: it does not fire until it is resumed.
const crawl = new mixpeek.Trigger("crawl-documents", {
  actionType: "collection_trigger",
  actionConfig: { collectionId: config.require("collectionId") },
  schedule: mixpeek.every({ hours: 6 }),
  status: "paused",
});

export const triggerIds = [nightly, enrich, crawl].map((trigger) => trigger.triggerId);

/** What else runs in this namespace, as it is live now. */
export const failed = mixpeek
  .getTriggers({ status: "failed" })
  .then((triggers) => triggers.map(({ name }) => name));
