// No resources: what the engine costs by itself.
module.exports = () => {};
