import { createRequire } from "node:module";
import type {
  handleUnaryCall,
  ServerUnaryCall,
  ServiceError,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { JsonObject } from "../../core/schema/model";
import { SIGNATURE, UNKNOWN } from "../resource/sdk-values";
import { SHIM } from "../resource/shim";
import type { TriggerProvider } from "./provider";

/**
 * The parts of the SDK that serve a provider. Loaded from the SDK's folder, because a package manager may hide the
 * SDK's dependencies from this package.
 */
export interface Sdk {
  grpc: typeof import("@grpc/grpc-js");
  runtime: object;
  service: import("@grpc/grpc-js").ServiceDefinition;
  provider: typeof import("@pulumi/pulumi/proto/provider_pb");
  plugin: typeof import("@pulumi/pulumi/proto/plugin_pb");
  status: typeof import("@pulumi/pulumi/proto/status_pb");
  struct: typeof import("google-protobuf/google/protobuf/struct_pb");
  any: typeof import("google-protobuf/google/protobuf/any_pb");
  empty: typeof import("google-protobuf/google/protobuf/empty_pb");
  version: string;
}

/** undefined if the SDK's release has other files. */
export function sdk(): Sdk | undefined {
  try {
    return load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

function load(): Sdk {
  const from = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  return {
    grpc: from("@grpc/grpc-js") as Sdk["grpc"],
    runtime: from("./runtime") as object,
    service: (from("./proto/provider_grpc_pb") as { ResourceProviderService: Sdk["service"] })
      .ResourceProviderService,
    provider: from("./proto/provider_pb") as Sdk["provider"],
    plugin: from("./proto/plugin_pb") as Sdk["plugin"],
    status: from("./proto/status_pb") as Sdk["status"],
    struct: from("google-protobuf/google/protobuf/struct_pb") as Sdk["struct"],
    any: from("google-protobuf/google/protobuf/any_pb") as Sdk["any"],
    empty: from("google-protobuf/google/protobuf/empty_pb") as Sdk["empty"],
    version: (from("./version") as { version: string }).version,
  };
}

/** The provider of each connection, by the peer's address, such as `127.0.0.1:4711`. */
export interface ProviderRegistry {
  /** undefined if none is configured yet. */
  get(peer: string): TriggerProvider | undefined;
  /** Creates a provider for a connection that is being configured. */
  create(peer: string): TriggerProvider;
}

type Struct = import("google-protobuf/google/protobuf/struct_pb").Struct;
type Props = JsonObject & { __provider?: string };
/** The response to a request. */
type Answer<Q, A> = (request: Q, provider: TriggerProvider) => Promise<A>;

/**
 * The engine's calls, implemented as in the SDK's own server of dynamic providers (cmd/dynamic-provider), with two
 * differences: the code in `__provider` is compared and never run, and a diff names its properties. All other methods
 * are unimplemented, as in the SDK.
 */
export function providerMethods(sdk: Sdk, registry: ProviderRegistry): UntypedServiceImplementation {
  const { provider: messages, plugin, empty, version } = sdk;
  const struct = (values: object): Struct => sdk.struct.Struct.fromJavaScript(values as JsonObject);
  const unary = unaryOf(sdk);
  const empties = unary(async () => new empty.Empty());
  const served = <Q, A>(answer: Answer<Q, A>) =>
    unary<Q, A>(async (request, peer) => {
      const provider = registry.get(peer);
      if (!provider) throw new Error("the engine called the provider before it configured it [INTERNAL]");
      return answer(request, provider);
    });
  return {
    attach: empties,
    cancel: empties,
    getPluginInfo: unary(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    configure: unary(async (request: InstanceType<typeof messages.ConfigureRequest>, peer) => {
      const config = plain(request.getArgs());
      registry.create(peer).configure({ get: (key) => textOf(config[key]) });
      return new messages.ConfigureResponse();
    }),
    check: served(async (request: InstanceType<typeof messages.CheckRequest>, provider) => {
      const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
      const { inputs, failures } = await provider.check(
        olds,
        ours(news["__provider"] === UNKNOWN ? olds : news),
      );
      const response = new messages.CheckResponse();
      response.setInputs(struct({ ...inputs, ...shimOf(news) }));
      response.setFailuresList(
        failures.map(({ property, reason }) => {
          const failure = new messages.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),
    diff: served(async (request: InstanceType<typeof messages.DiffRequest>, provider) => {
      const [olds, news] = [plain(request.getOlds()), ours(plain(request.getNews()))];
      const diff = await provider.diff(request.getId(), olds, news);
      const { DiffChanges } = messages.DiffResponse;
      const response = new messages.DiffResponse();
      response.setChanges(diff.changes ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
      response.setReplacesList(diff.replaces ?? []);
      response.setDeletebeforereplace(diff.deleteBeforeReplace === true);
      const properties = Object.entries(diff.properties ?? {});
      response.setHasdetaileddiff(properties.length > 0);
      for (const [path, kind] of properties) {
        const property = new messages.PropertyDiff();
        property.setKind(messages.PropertyDiff.Kind[kind]);
        response.getDetaileddiffMap().set(path, property);
      }
      return response;
    }),
    create: served(async (request: InstanceType<typeof messages.CreateRequest>, provider) => {
      const props = ours(plain(request.getProperties()));
      const { id, outs } = await provider.create(props);
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(struct({ ...outs, ...shimOf(props) }));
      return response;
    }),
    update: served(async (request: InstanceType<typeof messages.UpdateRequest>, provider) => {
      const [olds, news] = [plain(request.getOlds()), ours(plain(request.getNews()))];
      const { outs } = await provider.update(request.getId(), olds, news);
      const response = new messages.UpdateResponse();
      response.setProperties(struct({ ...outs, ...shimOf(news) }));
      return response;
    }),
    read: served(async (request: InstanceType<typeof messages.ReadRequest>, provider) => {
      const given = ours(plain(request.getProperties()));
      const { id, props, inputs } = await provider.read(request.getId(), given);
      const response = new messages.ReadResponse();
      response.setId(id);
      response.setProperties(struct({ ...props, ...shimOf(given) }));
      if (inputs) response.setInputs(struct({ ...inputs, ...shimOf(given) }));
      return response;
    }),
    delete: served(async (request: InstanceType<typeof messages.DeleteRequest>, provider) => {
      await provider.delete(request.getId(), ours(plain(request.getProperties())));
      return new empty.Empty();
    }),
  };
}

const unaryOf =
  (sdk: Sdk) =>
  <Q, A>(answer: (request: Q, peer: string) => Promise<A>): handleUnaryCall<Q, A> =>
  (call: ServerUnaryCall<Q, A>, done: sendUnaryData<A>) => {
    answer(call.request, call.getPeer()).then(
      (response) => done(null, response),
      (error: Error) => done(serviceError(sdk, error)),
    );
  };

/**
 * The properties of a trigger of this package. Throws if their code is not this package's, as in a manually edited
 * state.
 */
function ours(props: Props): Props {
  if (props.__provider === SHIM) return props;
  throw new Error(
    "cannot work on a resource whose provider code this package did not write. Compare the state (`pulumi stack export`) with a backup, or restore the backup (`pulumi stack import`) [STATE_UNTRUSTED].",
  );
}

const shimOf = ({ __provider }: Props): Props => (__provider === undefined ? {} : { __provider });

const plain = (values: Struct | undefined): Props => (values?.toJavaScript() ?? {}) as Props;

/** A setting's text, whether secret or not. */
function textOf(value: unknown): string | undefined {
  const sealed = value as { [SIGNATURE]?: unknown; value?: unknown } | null | undefined;
  const text = typeof sealed === "object" && sealed?.[SIGNATURE] !== undefined ? sealed.value : value;
  return typeof text === "string" ? text : undefined;
}

/** An error with an id comes from a partial write: the engine keeps the resource, with the error's properties. */
function serviceError(
  { grpc, provider, status, struct, any }: Sdk,
  error: Error & { id?: string; properties?: JsonObject; reasons?: string[] },
): Partial<ServiceError> {
  const code = grpc.status.UNKNOWN;
  if (error.id === undefined) return { code, details: error.message };
  const detail = new provider.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(struct.Struct.fromJavaScript(error.properties ?? {}));
  detail.setReasonsList(error.reasons ?? []);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const response = new status.Status();
  response.setCode(code);
  response.setMessage(error.message);
  response.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(response.serializeBinary()));
  return { code, details: error.message, metadata };
}
