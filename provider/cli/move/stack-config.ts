import { type Document, isMap, isScalar, isSeq, parseDocument, visit, type YAMLMap } from "yaml";
import type { SecretsProvider } from "./exported-state";

/** The lines of Pulumi.<stack>.yaml that say what the stack's secrets are encrypted with. */
const ENCRYPTION = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** The encrypted values in the text of a Pulumi.<stack>.yaml, in their order. */
export function secureValues(text: string): string[] {
  const found: string[] = [];
  eachSecure(parseDocument(text), (value) => {
    found.push(value);
    return value;
  });
  return found;
}

/** A file with the same encryption and these encrypted values under keys of their own: what the engine can decrypt or add to. */
export function withFlatValues(text: string, key: (index: number) => string): string {
  const document = parseDocument(text);
  const flat = parseDocument("{}");
  for (const name of ENCRYPTION) if (document.has(name)) flat.set(name, document.get(name));
  secureValues(text).forEach((secure, index) => {
    flat.setIn(["config", key(index)], { secure });
  });
  return String(flat);
}

/** The file with another encryption and the values encrypted again, the rest and its comments as they are. In: the engine's file. */
export function withEncryptionOf(text: string, encrypted: string, key: (index: number) => string): string {
  const document = parseDocument(text);
  const from = parseDocument(encrypted);
  for (const name of ENCRYPTION) {
    if (from.has(name)) document.set(name, from.get(name));
    else document.delete(name);
  }
  let index = 0;
  eachSecure(document, () => String(from.getIn(["config", key(index++), "secure"])));
  return String(document);
}

/** What a state that is encrypted as this file says names as its secrets provider; undefined where the file does not say. */
export function secretsProviderIn(text: string): SecretsProvider | undefined {
  const document = parseDocument(text);
  const [url, encryptedkey, salt] = ENCRYPTION.map((name) => document.get(name));
  if (encryptedkey !== undefined) return { type: "cloud", state: { url, encryptedkey } };
  return salt === undefined ? undefined : { type: "passphrase", state: { salt } };
}

/** Calls back with each `{ secure: … }` below config; what that returns is the new value. */
function eachSecure(document: Document, change: (value: string) => string): void {
  const config = document.get("config");
  if (!isMap(config) && !isSeq(config)) return;
  visit(config, {
    Map(_, node: YAMLMap) {
      const value = node.get("secure", true);
      if (node.items.length !== 1 || !isScalar(value) || typeof value.value !== "string") return undefined;
      value.value = change(value.value);
      return visit.SKIP;
    },
  });
}
