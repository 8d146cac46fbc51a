import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ensureEngine } from "../../provider/engine";

export interface Script {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the SDK gives the engine for an inline program. The SDK publishes no type for it. */
const { LanguageServer } = language as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => Record<string, never>;
};

/**
 * Runs a script as a pipeline step, in `folder`. `pulumi` is the real command. The project's program is `program`,
 * because the language host that would start it from a file is not in any registry.
 */
export async function runScript(
  script: string,
  { folder, program, env }: { folder: string; program: () => Promise<unknown>; env: NodeJS.ProcessEnv },
): Promise<Script> {
  const server = new Server();
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const { pulumi } = await ensureEngine();
  const command = `exec "${pulumi}" "$@" --client=127.0.0.1:${port} --exec-kind=auto.inline`;
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${command}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  const PATH = `${bin}${delimiter}${env["PATH"] ?? process.env["PATH"]}`;
  try {
    return await new Promise<Script>((done) => {
      const options = { cwd: folder, env: { ...process.env, ...env, PATH } };
      const child = execFile("bash", ["-e", "-c", script], options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
      child.stdin?.end();
    });
  } finally {
    server.forceShutdown();
  }
}
