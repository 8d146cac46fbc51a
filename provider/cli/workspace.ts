import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { InlineProgramArgs, PulumiFn, Stack } from "@pulumi/pulumi/automation";

/** This package's own folder, whether it runs from a checkout or from node_modules. */
const PACKAGE = resolve(__dirname, "..", "..");

export interface WorkspaceOptions {
  /** An empty folder; state, plugins and the project live in it. */
  folder: string;
  project: string;
  stack: string;
  program: PulumiFn;
  /** Folder that holds the Pulumi CLI and the dynamic-provider launcher. */
  engineBin: string;
  /** Added to the environment of the engine. */
  env?: Record<string, string>;
}

/**
 * A stack on a file backend of its own. The provider process runs in the project's folder and requires this package and
 * the SDK by name from there, so both are linked into it.
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<Stack> {
  const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation");
  const project = join(options.folder, "project");
  const state = join(options.folder, "state");
  mkdirSync(state, { recursive: true });
  linkPackages(project);
  const inline: InlineProgramArgs = {
    stackName: options.stack,
    projectName: options.project,
    program: options.program,
  };
  return LocalWorkspace.createOrSelectStack(inline, {
    workDir: project,
    // Without `main` the provider would run in this process's folder.
    projectSettings: { name: options.project, runtime: "nodejs", main: project },
    pulumiCommand: await PulumiCommand.get({ root: dirname(options.engineBin) }),
    envVars: {
      PATH: `${options.engineBin}${delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_HOME: join(options.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...options.env,
    },
  });
}

function linkPackages(project: string): void {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  link(PACKAGE, join(modules, "pulumi-mixpeek"));
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [PACKAGE, process.cwd()] }));
  link(sdk, join(modules, "@pulumi", "pulumi"));
}

/** A junction where Windows allows no symbolic links. */
function link(target: string, path: string): void {
  if (!existsSync(path)) symlinkSync(target, path, "junction");
}
