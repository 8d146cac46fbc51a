import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "pulumi-mixpeek";

const config = new pulumi.Config();

// At 04:00 in Paris, in summer and winter. It sets `status`: after a manual pause, the next `pulumi up` resumes the trigger.
const nightly = new mixpeek.Trigger("nightly-clusters", {
  description: "Cluster all products each night",
  actionType: "cluster",
  actionConfig: { clusterId: config.require("clusterId") },
  schedule: mixpeek.cron("0 4 * * *", { timezone: "Europe/Paris" }),
  status: "active",
});

// No `status`: the trigger is created active, and later manual pauses are respected.
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

// Created paused, and kept paused until you change `status`.
const crawl = new mixpeek.Trigger("crawl-documents", {
  actionType: "collection_trigger",
  actionConfig: { collectionId: config.require("collectionId") },
  schedule: mixpeek.every({ hours: 6 }),
  status: "paused",
});

export const triggerIds = [nightly, enrich, crawl].map((trigger) => trigger.triggerId);

/** Names of all failed triggers of the namespace. */
export const failed = mixpeek
  .getTriggers({ status: "failed" })
  .then((triggers) => triggers.map(({ name }) => name));
