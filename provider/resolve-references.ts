import type { ResourceName, ResourcesApi } from "./api/names-to-ids";
import { sentTrigger } from "./core/definitions/definition-spread";
import type { Declaration } from "./core/definitions/merged-definition";
import { notFound, resolve } from "./core/expressions/references";
import type { Issue } from "./core/issues/issue";
import { Suggestions } from "./core/issues/suggestions";
import type { DesiredTrigger } from "./core/schema/model";

/**
 * Replaces references with ids. Each name is looked up once per namespace. `defaultNamespace` applies to triggers that
 * set none. Returns the triggers in the same order, or only issues: one for each reference to a resource that does not
 * exist. Throws ApiError if the API cannot be reached.
 */
export async function resolveAll(
  declarations: readonly Declaration[],
  api: () => ResourcesApi,
  defaultNamespace: string | undefined,
): Promise<{ triggers: DesiredTrigger[]; issues: Issue[] }> {
  const namespaceless = declarations.find(
    ({ trigger }) => (trigger.namespace ?? defaultNamespace) === undefined,
  );
  if (namespaceless) {
    const hint =
      "Set namespace in the environment, run `pulumi config set mixpeek:namespace …`, or set MIXPEEK_NAMESPACE.";
    const { name, place } = namespaceless;
    const message = "no namespace is given";
    return {
      triggers: [],
      issues: [{ code: "NAMESPACE_MISSING", path: [], trigger: name, message, hint, at: place([]) }],
    };
  }
  const wanted = new Map<string, ResourceName[]>();
  const placed = declarations.map((declaration) => {
    const namespace = declaration.trigger.namespace ?? defaultNamespace!;
    const names = declaration.references;
    if (names.length > 0) {
      const others = wanted.get(namespace) ?? [];
      wanted.set(namespace, others);
      others.push(...names);
    }
    return { declaration, trigger: sentTrigger(declaration, namespace) };
  });
  const found = new Map(
    await Promise.all(
      [...wanted].map(async ([namespace, names]) => [namespace, await api().find(namespace, names)] as const),
    ),
  );
  const issues: Issue[] = [];
  const suggestions = new Suggestions();
  const triggers = placed.map(({ declaration, trigger }) => {
    const ids = found.get(trigger.namespace);
    const { trigger: resolved, missing } = resolve(trigger, ({ kind, name }) => ids?.id(kind, name));
    for (const reference of missing) {
      const at = declaration.place(reference.path, reference.text);
      const names = () => ids?.names(reference.kind) ?? [];
      const issue = notFound(reference, trigger.namespace, names, suggestions);
      issues.push({ ...issue, trigger: declaration.name, at });
    }
    return resolved;
  });
  return issues.length > 0 ? { triggers: [], issues } : { triggers, issues: [] };
}
