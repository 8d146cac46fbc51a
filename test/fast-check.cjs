/**
 * fast-check with one seed, so that a run of the tests says the same of the same code. `FC_SEED=7` takes another one;
 * `FC_RUNS` alone, which makes the laws longer, a new one each time.
 */
const fastCheck = require("../node_modules/fast-check/lib/cjs/fast-check.js");

const { FC_SEED, FC_RUNS } = process.env;
if (FC_SEED !== undefined || FC_RUNS === undefined) fastCheck.configureGlobal({ seed: Number(FC_SEED ?? 1) });

module.exports = fastCheck;
