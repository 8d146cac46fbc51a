import { spawn } from "node:child_process";

export interface Platform {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** The program that opens a file as a double click does, with what comes before the file. No shell reads any of it. */
function openerOf({ platform, env }: Platform): [string, ...string[]] | undefined {
  if (platform === "darwin") return ["open"];
  // What the shell's own `start` calls.
  if (platform === "win32") return ["rundll32.exe", "url.dll,FileProtocolHandler"];
  // Without a display it would start a browser in the terminal.
  return env["DISPLAY"] || env["WAYLAND_DISPLAY"] ? ["xdg-open"] : undefined;
}

/** Opens a file in the user's browser. In: its absolute path. Out: why it could not be; undefined where it was opened. */
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
    // The browser stays open longer than the command runs.
    child.once("spawn", () => {
      child.unref();
      done(undefined);
    });
  });
}
