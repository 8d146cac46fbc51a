import { command, type Options, UsageError, type Values } from "../command";
import { EXIT } from "../exit-code";

const PLANS = ["free", "pro", "none"] as const;
const CRONS = ["standard", "croniter", "apscheduler"] as const;
const APIS = ["2026-10", "0.81"] as const;

const OPTIONS = {
  port: {
    value: "N",
    doc: "port to listen on; 0 chooses a free port",
    default: "4010",
    number: { max: 65_535 },
  },
  host: { value: "NAME", doc: "address to listen on", default: "127.0.0.1" },
  "allow-host": {
    value: "NAME",
    doc: "host name that requests may use besides localhost; repeatable",
    multiple: true,
  },
  plan: {
    value: "PLAN",
    doc: "rate limit: free (10 a minute), pro (60) or none",
    default: "none",
    oneOf: PLANS,
  },
  latency: {
    value: "MS",
    doc: "delay of each response in milliseconds",
    default: "0",
    number: { max: 600_000 },
  },
  state: { value: "FILE", doc: "file that keeps all data across restarts" },
  seed: { value: "FILE", doc: "YAML file with the initial namespaces and resources" },
  api: {
    value: "VERSION",
    doc: "2026-10 (with trigger names and newer actions) or 0.81",
    default: "2026-10",
    oneOf: APIS,
  },
  key: {
    value: "KEY",
    doc: "accept only this key; repeatable (default: any key that starts with sk_)",
    multiple: true,
  },
  cron: {
    value: "DIALECT",
    doc: "cron dialect: standard, croniter or apscheduler; the real service may use either of the last two",
    default: "standard",
    oneOf: CRONS,
  },
  quiet: { doc: "do not print requests" },
} as const satisfies Options;

type EmulatorOptions = Values<typeof OPTIONS>;

export const emulator = command(OPTIONS, async (options) => {
  const { api, plan, cron, key: keys, allowHost, state, seed } = options;
  const { startEmulator } = await import("../../emulator");
  if (keys?.includes(""))
    throw new UsageError("mixpeek-triggers emulator: --key is empty. Write a key, such as --key sk_try.");
  const running = await startEmulator({
    port: options.port,
    host: options.host,
    ...(allowHost ? { allowedHosts: allowHost } : {}),
    latencyMs: options.latency,
    api,
    plan,
    cron,
    ...(state ? { stateFile: state } : {}),
    ...(seed ? { seed } : {}),
    ...(keys ? { keys } : {}),
    onRequest: (request) => {
      if (!options.quiet)
        process.stdout.write(
          `${request.status} ${request.method} ${request.path} ${request.namespace ?? ""}\n`,
        );
    },
  }).catch((error: unknown) => {
    throw startError(error as Error, options);
  });
  process.stdout.write(
    [
      `Mixpeek Triggers emulator, API ${api}, plan ${plan}: ${running.url}`,
      `  export MIXPEEK_BASE_URL=${running.url} MIXPEEK_API_KEY=${keys ? "<your --key>" : "sk_emulator"} MIXPEEK_NAMESPACE=dev`,
      `  control calls: curl ${running.url}/_emulator`,
      "Ctrl-C stops it.",
      "",
    ].join("\n"),
  );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await running.close();
  return EXIT.ok;
});

/** Why the emulator did not start: an invalid address, seed or state file. */
function startError(
  error: NodeJS.ErrnoException & { problem?: string },
  { host, port, seed, state }: EmulatorOptions,
): Error {
  const say = (code: string, text: string): Error =>
    Object.assign(new Error(`mixpeek-triggers emulator: ${text} [${code}].`, { cause: error }), { code });
  const [why] = (error.problem ?? error.message).split("\n");
  if (error.code === "SEED_INVALID")
    return say(
      "SEED_INVALID",
      `cannot start from the seed: ${why}. Correct --seed ${seed}, or omit it to use the built-in seed`,
    );
  if (error.syscall === "listen" || error.syscall === "getaddrinfo") {
    const where = `${host}:${port}`;
    return say(String(error.code), `cannot listen on ${where}. Use another --port or --host`);
  }
  if (state) return say("STATE_INVALID", `${why}. Use another file with --state, or delete that one`);
  return error;
}
