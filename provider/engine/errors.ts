import { OLDEST, PINNED } from "./version";

export type EngineErrorCode =
  | "ENGINE_MISSING"
  | "ENGINE_CACHE_UNUSABLE"
  | "ENGINE_CACHE_UNSAFE"
  | "ENGINE_INTERRUPTED";

/** One attempt to get an engine, and why it failed. */
export interface Attempt {
  way: "pulumi on PATH" | "cache" | "official download" | "go build";
  reason: string;
}

/** No engine was found or installed. Match on `code`. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    readonly attempts: readonly Attempt[] = [],
  ) {
    super(message);
  }
}

const INSTALL: Record<"linux" | "darwin" | "win32", { pulumi: string; go: string }> = {
  linux: { pulumi: "curl -fsSL https://get.pulumi.com | sh", go: "sudo snap install go --classic" },
  darwin: { pulumi: "brew install pulumi/tap/pulumi", go: "brew install go" },
  win32: { pulumi: "winget install pulumi", go: "winget install GoLang.Go" },
};

export function unavailable(platform: NodeJS.Platform, attempts: readonly Attempt[]): EngineError {
  const { pulumi, go } = INSTALL[platform === "darwin" || platform === "win32" ? platform : "linux"];
  const cli = `the Pulumi CLI, ${OLDEST} or newer`;
  const next = "open a new shell, and run the command again:";
  const canBuild = attempts.some(({ way }) => way === "go build");
  const lines = [
    `cannot get the Pulumi engine ${PINNED}: all sources failed [ENGINE_MISSING].`,
    ...attempts.map(({ way, reason }) => `  ${way}: ${reason}`),
    ...(canBuild
      ? [
          `Install one of these, ${next}`,
          `  ${cli}: ${pulumi}`,
          `  or Go 1.21 or newer, which builds ${PINNED}: ${go}   (https://go.dev/dl)`,
        ]
      : [`Install ${cli}, ${next}`, `  ${pulumi}`]),
  ];
  return new EngineError("ENGINE_MISSING", lines.join("\n"), attempts);
}

export function cacheUnusable(folder: string, cause: unknown): EngineError {
  return new EngineError(
    "ENGINE_CACHE_UNUSABLE",
    `cannot store the Pulumi engine in ${folder}: ${(cause as Error).message}. ` +
      "Set MIXPEEK_TRIGGERS_CACHE to a writable folder, then run again [ENGINE_CACHE_UNUSABLE].",
  );
}

/** The error for a path in the cache, with the reason not to trust it. */
export function cacheUnsafe(path: string, reason: string): EngineError {
  return new EngineError(
    "ENGINE_CACHE_UNSAFE",
    `cannot use the engine cache: ${path} ${reason}. ` +
      "Remove it, or set MIXPEEK_TRIGGERS_CACHE to a folder of your own, then run again [ENGINE_CACHE_UNSAFE].",
  );
}

export function interrupted(): EngineError {
  return new EngineError(
    "ENGINE_INTERRUPTED",
    "cannot get the Pulumi engine: a signal stopped the installation, and no incomplete files are left. Run again [ENGINE_INTERRUPTED].",
  );
}
