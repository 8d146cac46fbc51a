import { Server, ServerCredentials, type ServiceError, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as language from "@pulumi/pulumi/automation/server";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import fc, { type Arbitrary } from "fast-check";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { declareQuietly } from "../../provider/cli/stack/engine-log";
import type { Declaration } from "../../provider/core/definitions/merged-definition";
import { ACTIONS } from "../../provider/core/schema/actions";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { type Registration, registerTriggers } from "../../provider/pulumi/resource/registration";
import { TRIGGER_TYPE } from "../../provider/pulumi/resource/shim";
import { declareTriggers } from "../../provider/pulumi/trigger-set";
import { triggerOf } from "../core/arbitraries";

/** What the SDK gives the engine for an inline program. The SDK publishes no type for it. */
const { LanguageServer } = language as unknown as {
  LanguageServer: new (
    program: () => Promise<unknown>,
  ) => { run(call: { request: RunRequest }, reply: (error: Error | undefined) => void): Promise<void> };
};

type Call<Q> = { request: Q };
type Reply<A> = (error: Partial<ServiceError> | null, answer?: A) => void;

type Register = (
  request: RegisterResourceRequest,
  done: (error: ServiceError | null, answer: RegisterResourceResponse) => void,
) => unknown;

/** The engine's side of a program: receives and stores registrations. */
class EngineDouble {
  readonly requests: RegisterResourceRequest[] = [];
  readonly errors: string[] = [];
  /** Names of triggers whose registration fails, with the error. */
  readonly failures = new Map<string, Partial<ServiceError>>();
  readonly #server = new Server();

  address = "";

  async start(): Promise<void> {
    const empty = (_: unknown, reply: Reply<Empty>): void => reply(null, new Empty());
    this.#server.addService(ResourceMonitorService, {
      supportsFeature: (_: unknown, reply: Reply<SupportsFeatureResponse>) => {
        const answer = new SupportsFeatureResponse();
        answer.setHassupport(true);
        reply(null, answer);
      },
      registerResource: (
        { request }: Call<RegisterResourceRequest>,
        reply: Reply<RegisterResourceResponse>,
      ) => this.#register(request, reply),
      registerResourceOutputs: empty,
      signalAndWaitForShutdown: empty,
    });
    this.#server.addService(EngineService, {
      log: ({ request }: Call<LogRequest>, reply: Reply<Empty>) => {
        if (request.getSeverity() === LogSeverity.ERROR) this.errors.push(request.getMessage());
        reply(null, new Empty());
      },
      setRootResource: (_: unknown, reply: Reply<SetRootResourceResponse>) =>
        reply(null, new SetRootResourceResponse()),
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.address = `127.0.0.1:${port}`;
  }

  #register(request: RegisterResourceRequest, reply: Reply<RegisterResourceResponse>): void {
    const failure = this.failures.get(request.getName());
    if (failure) {
      reply(failure);
      return;
    }
    this.requests.push(request);
    const answer = new RegisterResourceResponse();
    answer.setUrn(`urn:pulumi:dev::search::${request.getType()}::${request.getName()}`);
    answer.setId("trg_0123456789abcdef");
    const object = request.getObject();
    if (object) answer.setObject(object);
    reply(null, answer);
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

/** Runs a program as the engine does. Out: the error, if any. */
async function run(engine: EngineDouble, program: () => Promise<unknown>): Promise<string | undefined> {
  const request = new RunRequest();
  request.setProject("search");
  request.setStack("dev");
  request.setMonitorAddress(engine.address);
  request.setArgsList([engine.address]);
  let failure: string | undefined;
  await new LanguageServer(program).run({ request }, (error) => {
    failure ??= error?.message;
  });
  return failure;
}

/** The registration requests of triggers, by name, with the fields of a map in a fixed order. */
const requestsOf = ({ requests }: EngineDouble): Record<string, unknown> =>
  Object.fromEntries(
    requests
      .filter((request) => request.getType() === TRIGGER_TYPE)
      .map((request) => {
        // The SDK sends an empty stack trace if it finds none.
        expect(request.getStacktrace()?.getFramesList() ?? []).toEqual([]);
        const { propertydependenciesMap, object: _, stacktrace: __, ...rest } = request.toObject();
        const object = request.getObject()?.toJavaScript();
        return [
          request.getName(),
          { ...rest, object, propertydependenciesMap: [...propertydependenciesMap].sort() },
        ];
      }),
  );

async function withEngine<T>(use: (engine: EngineDouble) => Promise<T>): Promise<T> {
  const engine = new EngineDouble();
  await engine.start();
  try {
    return await use(engine);
  } finally {
    engine.stop();
  }
}

const registration: Arbitrary<Omit<Registration, "name">> = fc
  .constantFrom(...Object.keys(ACTIONS))
  .chain((action) => fc.constantFrom(...Object.keys(SCHEDULES)).chain((type) => triggerOf(action, type)))
  // The SDK merges the value of this key into the object around it.
  .filter((trigger) => !JSON.stringify(trigger).includes('"__proto__":'))
  .chain((trigger) => {
    const config = Object.keys(trigger.action_config).map((key) => `action_config.${key}`);
    return fc.record(
      {
        trigger: fc
          .subarray(["description", "schedule_config", ...config])
          .map((secret) => (secret.length === 0 ? trigger : { ...trigger, secret_paths: secret })),
        replaces: fc.constantFrom("before", "with space"),
        protect: fc.boolean(),
        retain: fc.boolean(),
      },
      { requiredKeys: ["trigger"] },
    );
  });

const plain = (index: number): Registration => ({
  name: `nightly-${index}`,
  trigger: {
    name: `nightly-${index}`,
    namespace: "dev",
    action_type: "cluster",
    action_config: { cluster_id: "clust_abc123" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
  },
});

const many = (count: number): Registration[] => Array.from({ length: count }, (_, index) => plain(index));

test("the requests equal those of the SDK's resources", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(registration, { minLength: 1, maxLength: 12 }), async (drawn) => {
      const registrations = drawn.map((each, index) => ({ ...each, name: `key-${index}` }));
      const declarations = registrations.map(({ trigger, ...options }) => ({
        protect: false,
        retain: false,
        ...options,
      })) as unknown as Declaration[];
      const triggers = registrations.map(({ trigger }, index) => ({ ...trigger, name: `name-${index}` }));
      const own = registrations.map((each, index) => ({ ...each, trigger: triggers[index]! }));
      const ours = await withEngine(async (engine) => {
        await run(engine, () => registerTriggers(own));
        return requestsOf(engine);
      });
      const sdks = await withEngine(async (engine) => {
        await run(engine, () => declareTriggers(declarations, triggers, { within: declareQuietly }));
        return requestsOf(engine);
      });
      expect(Object.keys(ours)).toHaveLength(registrations.length);
      expect(ours).toEqual(sdks);
    }),
    { numRuns: 10 },
  );
});

describe("with an engine", () => {
  let engine: EngineDouble;
  beforeEach(async () => {
    engine = new EngineDouble();
    await engine.start();
  });
  afterEach(() => engine.stop());

  test("at most a hundred wait for a response at once, and all are registered", async () => {
    let [open, most] = [0, 0];
    const failure = await run(engine, () => {
      const monitor = pulumi.runtime.getMonitor()!;
      const register = monitor.registerResource.bind(monitor) as Register;
      const counted: Register = (request, done) => {
        open += 1;
        most = Math.max(most, open);
        return register(request, (error, answer) => {
          open -= 1;
          done(error, answer);
        });
      };
      Object.assign(monitor, { registerResource: counted });
      return registerTriggers(many(250));
    });
    expect(failure).toBeUndefined();
    expect(Object.keys(requestsOf(engine))).toHaveLength(250);
    expect(most).toBe(100);
  });

  test("once the engine ends the run, nothing more is registered and no error is added", async () => {
    for (const { name } of many(100)) engine.failures.set(name, { code: status.UNAVAILABLE });
    expect(await run(engine, () => registerTriggers(many(250)))).toBeUndefined();
    expect(requestsOf(engine)).toEqual({});
    expect(engine.errors).toEqual([]);
  });

  test("an engine error names the trigger", async () => {
    engine.failures.set("nightly-3", { code: status.INVALID_ARGUMENT, details: "unknown resource kind" });
    let error: Error | undefined;
    await run(engine, () =>
      registerTriggers(many(5)).catch((thrown: Error) => {
        error = thrown;
      }),
    );
    expect(error?.message).toBe(
      'cannot register trigger "nightly-3" with the Pulumi engine: 3 INVALID_ARGUMENT: unknown resource kind [ENGINE].',
    );
  });
});
