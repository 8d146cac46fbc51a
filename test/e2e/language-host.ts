import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPluginsResponse, type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";

/** The exit code of a program whose errors the engine has already reported. */
const REPORTED = 32;

/**
 * Starts a project's program from its files, with the SDK that the project installed, like the CLI's own language host
 * for Node, which is not in any registry.
 */
export class LanguageHost {
  private constructor(
    private readonly server: Server,
    /** The flags of `pulumi up` and `pulumi preview`. */
    readonly flags: string[],
  ) {}

  /** In: the program's environment. */
  static async start(environment: NodeJS.ProcessEnv): Promise<LanguageHost> {
    const server = new Server();
    const methods = {
      getRequiredPlugins: (_: unknown, reply: sendUnaryData<GetRequiredPluginsResponse>) =>
        reply(null, new GetRequiredPluginsResponse()),
      run: (call: ServerUnaryCall<RunRequest, RunResponse>, reply: sendUnaryData<RunResponse>) =>
        run(call.request, environment, reply),
    };
    server.addService(LanguageRuntimeService, methods as unknown as UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return new LanguageHost(server, [`--client=127.0.0.1:${port}`, "--exec-kind=auto.inline"]);
  }

  close(): void {
    this.server.forceShutdown();
  }
}

function run(request: RunRequest, environment: NodeJS.ProcessEnv, reply: sendUnaryData<RunResponse>): void {
  const folder = request.getPwd();
  const [engine] = request.getArgsList();
  const main = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const args = [
    main,
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engine}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--pwd=${folder}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    ".",
  ];
  const env = {
    ...environment,
    PULUMI_NODEJS_TYPESCRIPT: "true",
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const program = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  program.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  program.on("close", (code) => {
    const response = new RunResponse();
    if (code === REPORTED) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with ${code}: ${errors}`);
    reply(null, response);
  });
}
