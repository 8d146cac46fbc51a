/** Loaded once per worker, outside jest's module registry, which would load it again for each test file. */
module.exports = requireOnce("typescript");
