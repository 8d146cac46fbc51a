// No resources: the cost of the engine alone.
module.exports = () => {};
