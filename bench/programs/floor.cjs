// The minimum cost of dynamic resources: a provider that does nothing, and nothing in the state except what the engine
// needs. `revision` exists to be edited.
const pulumi = require("@pulumi/pulumi");

const PROVIDER = "exports.handler=()=>require('pulumi-nothing/runtime')";

module.exports = (definitions) => {
  for (const { name, revision } of definitions)
    new pulumi.CustomResource("pulumi-nodejs:dynamic/nothing:Resource", name, {
      revision,
      __provider: PROVIDER,
    });
};
