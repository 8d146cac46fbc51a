/**
 * fast-check with a fixed seed, so that the tests give the same result for the same code. `FC_SEED=7` uses another
 * seed; `FC_RUNS` alone, which makes property tests longer, uses a new one each time.
 */
const fastCheck = require("../node_modules/fast-check/lib/cjs/fast-check.js");

const { FC_SEED, FC_RUNS } = process.env;
if (FC_SEED !== undefined || FC_RUNS === undefined) fastCheck.configureGlobal({ seed: Number(FC_SEED ?? 1) });

module.exports = fastCheck;
