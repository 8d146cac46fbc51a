/** New stacks, as the engine makes them: once a worker, for all test files. */
module.exports = new Map();
