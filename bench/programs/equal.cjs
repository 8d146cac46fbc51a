// The do-nothing provider with a trigger's properties: the cost of these in the engine and the SDK.
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
