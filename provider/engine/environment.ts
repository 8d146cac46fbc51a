import type { Env } from "./run";

/** What a downloader, a compiler or the CLI's `version` needs: where things are, proxies and certificates. */
const KEPT = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|XDG_\w+|PULUMI_HOME)$/,
  /^(HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|NO_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE)$/,
  // Go's own settings.
  /^GO(?!OGLE)[A-Z0-9_]*$/,
  // Windows.
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|LOCALAPPDATA|APPDATA|USERPROFILE|HOMEDRIVE|HOMEPATH|PROGRAM\w+)$/,
  // A `pulumi` on PATH may be the shim of a version manager.
  /^(ASDF|MISE|NIX|PROTO|RTX)_\w+$/,
];

/** In a kept name too: MISE_GITHUB_TOKEN, say. */
const CREDENTIAL = /TOKEN|SECRET|PASS|CREDENTIAL|KEY/;

/**
 * An environment without credentials, for what is run to get an engine: no key of the API, passphrase, access token or
 * cloud key. It is a list of what is kept, since a list of every credential would be incomplete.
 */
export function withoutCredentials(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const upper = name.toUpperCase();
      return KEPT.some((pattern) => pattern.test(upper)) && !CREDENTIAL.test(upper);
    }),
  );
}
