// A program with names that do not exist. A rejected Output ends its process, so it needs a separate one.
const pulumi = require("@pulumi/pulumi");
const mixpeek = require("../../dist/index.js");

pulumi.runtime.setAllConfig({
  "mixpeek:apiKey": "sk_test",
  "mixpeek:baseUrl": process.argv[2],
  "mixpeek:namespace": "dev",
});
pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => {
    process.stdout.write(`registered ${name}\n`);
    return { id: name, state: inputs };
  },
  call: () => ({}),
});
for (const name of ["product-cluster", "nowhere", "product-clusters"]) {
  new mixpeek.Trigger(name, {
    actionType: "cluster",
    actionConfig: { clusterId: mixpeek.ref.cluster(name) },
    schedule: mixpeek.cron("0 2 * * *"),
  });
}
