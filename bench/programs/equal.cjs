// The do-nothing provider again, with the properties that a trigger has: what the engine and the SDK take for them.
const pulumi = require("@pulumi/pulumi");

const PROVIDER = "exports.handler=()=>require('pulumi-nothing/runtime')";

module.exports = (definitions) => {
  for (const definition of definitions)
    new pulumi.CustomResource("pulumi-nodejs:dynamic/nothing:Resource", definition.name, {
      ...definition,
      namespace: "dev",
      __provider: PROVIDER,
    });
};
