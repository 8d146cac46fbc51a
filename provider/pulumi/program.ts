import * as pulumi from "@pulumi/pulumi";
import { ConfigError, defaultNamespace, type Sources, settingsFrom } from "../config";
import { eventText } from "../core/report/provider-event";
import { Session } from "./dynamic-provider/session";
import { perRun } from "./per-run";

const sessions = perRun(() => new Map<string, Session>());

/** The session that all calls of this program share. Throws ConfigError if no key is set. */
export function programSession(): Session {
  const settings = settingsFrom(sources());
  const id = `${settings.baseUrl}\n${settings.apiKey}`;
  const opened = sessions();
  const session =
    opened.get(id) ?? new Session(settings, (event) => pulumi.log.info(eventText(event)), process.env);
  opened.set(id, session);
  return session;
}

/** The default namespace of this program: Pulumi config, else the environment. */
export const configuredNamespace = (): string | undefined => defaultNamespace(sources());

/** The given namespace, else the configured one. `action`: the start of the message if neither is set. */
export function namespaceFor(given: string | undefined, action: string): string {
  const namespace = given ?? configuredNamespace();
  if (namespace !== undefined) return namespace;
  throw new ConfigError(
    "NAMESPACE_MISSING",
    `cannot ${action}: no namespace is given. Pass namespace, run \`pulumi config set mixpeek:namespace …\`, or set MIXPEEK_NAMESPACE`,
  );
}

function sources(): Sources {
  const config = new pulumi.Config("mixpeek");
  return { config: (key) => config.get(key.slice("mixpeek:".length)), env: process.env };
}
