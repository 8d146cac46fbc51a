import { spawn } from "node:child_process";

export interface Platform {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** The program and the arguments that open a file as a double click does. No shell is involved. */
function openerOf({ platform, env }: Platform): [string, ...string[]] | undefined {
  if (platform === "darwin") return ["open"];
  // The command behind the shell's `start`.
  if (platform === "win32") return ["rundll32.exe", "url.dll,FileProtocolHandler"];
  // Without a display, xdg-open would start a browser in the terminal.
  return env["DISPLAY"] || env["WAYLAND_DISPLAY"] ? ["xdg-open"] : undefined;
}

/** Opens a file in the user's browser. `path` is absolute. Returns why it could not be opened; undefined if it was. */
export async function openFile(path: string, platform: Platform): Promise<string | undefined> {
  const opener = openerOf(platform);
  if (!opener) return "there is no display";
  const [program, ...first] = opener;
  return new Promise((done) => {
    const env = platform.env as NodeJS.ProcessEnv;
    const child = spawn(program, [...first, path], { detached: true, stdio: "ignore", env });
    child.once("error", (error: NodeJS.ErrnoException) => {
      done(error.code === "ENOENT" ? `${program} is not installed` : `${program}: ${error.message}`);
    });
    // The browser may run longer than the command.
    child.once("spawn", () => {
      child.unref();
      done(undefined);
    });
  });
}
