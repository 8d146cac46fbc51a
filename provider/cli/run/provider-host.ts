import type { Stack } from "@pulumi/pulumi/automation";
import { disableProcess, type HandedOver, handOver } from "../../api/provider-handover";
import { WriteLog } from "../../api/write-log";
import type { ProviderEvent } from "../../core/report/provider-event";
import type { ProviderServer } from "../../pulumi/dynamic-provider/server";

/** The engine's setting to attach to a running provider. */
const ATTACH = "PULUMI_DEBUG_PROVIDERS";

/**
 * Runs the provider of a run in this process, which the engine attaches to. If that is not possible, the provider is a
 * process that the engine starts, which reads what it needs from a file.
 */
export class ProviderHost {
  /** Called with the provider's events. */
  onEvent: (event: ProviderEvent) => void = () => undefined;
  /** The prefix of a diagnostic that is an event from a provider process; see provider-handover.ts. */
  marker = "";
  /** The provider's writes to the API; undefined if the provider is another process. */
  writes: WriteLog | undefined;
  #server: ProviderServer | undefined;
  #end = (): void => undefined;

  private constructor(
    private readonly stack: Stack,
    private readonly folder: string,
    private readonly handedOver: HandedOver,
  ) {}

  /** `folder`: this package's own folder, for the file. */
  static async open(stack: Stack, folder: string, handedOver: HandedOver): Promise<ProviderHost> {
    const host = new ProviderHost(stack, folder, handedOver);
    if (!(await host.#serve())) host.#useProcess();
    return host;
  }

  /**
   * Called after a failed run. Returns whether it failed because the engine did not attach, in which case nothing was
   * done. From then on the provider is a process, and the run is worth repeating. `isProcess`: the engine started a
   * process for the provider.
   */
  async fallBack(isProcess: boolean): Promise<boolean> {
    const server = this.#server;
    if (!server || server.isAttached || !(isProcess || server.hasRefused)) return false;
    await this.#stopServing();
    this.#useProcess();
    return true;
  }

  /** After a run that ended early: waits for the responses to the requests already sent, and sends no more. */
  async settle(atOnce: AbortSignal): Promise<void> {
    const settled = this.#stopServing().then(() => this.writes?.settled());
    await Promise.race([settled, aborted(atOnce)]);
  }

  async close(): Promise<void> {
    await this.#stopServing();
    this.#end();
  }

  async #serve(): Promise<boolean> {
    const { serveProvider } = await import("../../pulumi/dynamic-provider/server");
    const { TriggerProvider } = await import("../../pulumi/dynamic-provider/provider");
    const writes = new WriteLog();
    this.#server = await serveProvider(
      () =>
        new TriggerProvider(
          process.env,
          (event) => this.onEvent(event),
          { writeLog: writes },
          () => this.handedOver,
        ),
    );
    if (!this.#server) return false;
    const { env, marker } = disableProcess();
    this.marker = marker;
    this.writes = writes;
    Object.assign(this.#env, env, { [ATTACH]: `pulumi-nodejs:${this.#server.port}` });
    return true;
  }

  #useProcess(): void {
    const { env, marker, end } = handOver(this.folder, this.handedOver);
    this.marker = marker;
    this.writes = undefined;
    this.#end = end;
    Object.assign(this.#env, env);
  }

  async #stopServing(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    delete this.#env[ATTACH];
    await server?.close();
  }

  get #env(): Record<string, string> {
    return this.stack.workspace.envVars;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
