/** Loaded once a worker, outside of jest's module registry, which loads each module again for each test file. */
module.exports = requireOnce("typescript");
