import * as pulumi from "@pulumi/pulumi";

const unrooted = {};

/** One value for each run of a program: a process that runs several (Automation API) starts fresh each time. */
export function perRun<T>(make: () => T): () => T {
  const values = new WeakMap<object, T>();
  return () => {
    const run = pulumi.runtime.getStackResource() ?? unrooted;
    const value = values.get(run) ?? make();
    values.set(run, value);
    return value;
  };
}
