import type { Env } from "./run";

/** The variables that a downloader, a compiler or `pulumi version` need: locations, proxies and certificates. */
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

/** Excluded even in a matching name, such as MISE_GITHUB_TOKEN. */
const CREDENTIAL = /TOKEN|SECRET|PASS|CREDENTIAL|KEY/;

/**
 * The environment without credentials, for programs that install an engine: without the API key, passphrase, access
 * token and cloud keys. It is an allowlist, since a list of every credential would be incomplete.
 */
export function withoutCredentials(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const upper = name.toUpperCase();
      return KEPT.some((pattern) => pattern.test(upper)) && !CREDENTIAL.test(upper);
    }),
  );
}
