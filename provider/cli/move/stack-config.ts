import { type Document, isMap, isScalar, isSeq, parseDocument, visit, type YAMLMap } from "yaml";
import type { SecretsProvider } from "./exported-state";

/** The keys of Pulumi.<stack>.yaml that define how the stack's secrets are encrypted. */
const ENCRYPTION = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** The encrypted values in the text of a Pulumi.<stack>.yaml, in file order. */
export function secureValues(text: string): string[] {
  const found: string[] = [];
  eachSecure(parseDocument(text), (value) => {
    found.push(value);
    return value;
  });
  return found;
}

/**
 * A file with the same encryption settings and these encrypted values, each under its own key. The engine can decrypt
 * them and add others.
 */
export function withFlatValues(text: string, key: (index: number) => string): string {
  const document = parseDocument(text);
  const flat = parseDocument("{}");
  for (const name of ENCRYPTION) if (document.has(name)) flat.set(name, document.get(name));
  secureValues(text).forEach((secure, index) => {
    flat.setIn(["config", key(index)], { secure });
  });
  return String(flat);
}

/**
 * The file with new encryption settings and its values re-encrypted. The rest, including comments, stays as it is.
 * `encrypted`: the text of the file that the engine wrote.
 */
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

/** The secrets provider that a state encrypted with this file's settings records; undefined if the file has none. */
export function secretsProviderIn(text: string): SecretsProvider | undefined {
  const document = parseDocument(text);
  const [url, encryptedkey, salt] = ENCRYPTION.map((name) => document.get(name));
  if (encryptedkey !== undefined) return { type: "cloud", state: { url, encryptedkey } };
  return salt === undefined ? undefined : { type: "passphrase", state: { salt } };
}

/** Calls `change` with each `{ secure: … }` below config, and writes the returned value. */
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
