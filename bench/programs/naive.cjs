// A dynamic provider as most people write it: one request for each trigger and operation, and the closure in the state.
const pulumi = require("@pulumi/pulumi");

async function call(method, path, body) {
  const response = await fetch(`${process.env.MIXPEEK_BASE_URL}/v1/triggers${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${process.env.MIXPEEK_API_KEY}`,
      "X-Namespace": process.env.MIXPEEK_NAMESPACE,
      "Content-Type": "application/json",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

const covers = (live, desired) => Object.keys(desired).every((key) => same(live[key], desired[key]));

function bodyOf({ __provider: _, trigger_id: __, ...body }) {
  return body;
}

const provider = {
  async create(inputs) {
    const trigger = await call("POST", "", bodyOf(inputs));
    return { id: trigger.trigger_id, outs: { ...inputs, trigger_id: trigger.trigger_id } };
  },

  async diff(id, olds, news) {
    const live = await call("GET", `/${id}`);
    const replaces = [];
    if (olds.action_type !== news.action_type) replaces.push("action_type");
    if (olds.trigger_type !== news.trigger_type) replaces.push("trigger_type");
    if (!same(olds.action_config, news.action_config)) replaces.push("action_config");
    const changed =
      live.description !== news.description ||
      live.status !== news.status ||
      !covers(live.schedule_config, news.schedule_config);
    return { changes: changed || replaces.length > 0, replaces };
  },

  async update(id, _olds, news) {
    const { description, schedule_config, status } = news;
    await call("PATCH", `/${id}`, { description, schedule_config, status });
    return { outs: { ...news, trigger_id: id } };
  },

  async read(id, props) {
    const live = await call("GET", `/${id}`);
    const { description, schedule_config, status } = live;
    return { id, props: { ...props, description, schedule_config, status } };
  },

  async delete(id) {
    await call("DELETE", `/${id}`);
  },
};

class Trigger extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    super(provider, name, { ...args, trigger_id: undefined }, options);
  }
}

module.exports = (definitions) => {
  for (const definition of definitions) new Trigger(definition.name, definition);
};
