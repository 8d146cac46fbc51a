// This package, used from a TypeScript program.
const mixpeek = require("../../dist/index.js");

const camel = (name) => name.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const camelKeys = (object) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]));

module.exports = (definitions) => {
  for (const { name, action_config, schedule_config, ...rest } of definitions)
    new mixpeek.Trigger(name, {
      name,
      ...camelKeys(rest),
      actionConfig: camelKeys(action_config),
      scheduleConfig: camelKeys(schedule_config),
    });
};
