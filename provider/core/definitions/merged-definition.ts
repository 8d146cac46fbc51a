import type { Environment } from "../environments/environment";
import type { QuietWindows } from "../environments/quiet-key";
import { printedIssue } from "../expressions/env-access";
import { type Findings, fill, isOpen, type Scope, type Secret } from "../expressions/expressions";
import { type Reference, referencesOf, wrongKindReferences } from "../expressions/references";
import { isPrinted, secretPaths, withoutSecret } from "../expressions/secret-paths";
import { withSpelling, withTypedTexts } from "../expressions/value-conversion";
import { type Issue, isError, onKey, type Path, type Place } from "../issues/issue";
import { PathIndex } from "../issues/path-index";
import { isObject } from "../json/is-object";
import { TRIGGER_OPTIONS } from "../schema/file-keys";
import type { DesiredTrigger } from "../schema/model";
import { keyIssues, validateTrigger } from "../schema/validate";
import type { Source } from "../yaml/yaml-source";
import { sentTrigger, spreadOf, withSpreadHint } from "./definition-spread";
import { DEFINITION_KEYS, type Definition, OVERRIDE_KEYS, unknownKeyIssues } from "./definitions-files";
import { deepMerge, defaultedAt, optionsOf, ownFields, withoutNull } from "./override-merge";

type Raw = Record<string, unknown>;

/** A trigger as one environment declares it, with its references not resolved yet. */
export interface Declaration {
  name: string;
  /** The key it had before; it keeps that key's live trigger. */
  replaces?: string;
  protect: boolean;
  retain: boolean;
  /** Minutes over which the cron schedule is spread; see {@link sentTrigger}. */
  spread?: number;
  /** The environment's quiet windows for this trigger. */
  quiet?: QuietWindows;
  /** Without `namespace` if neither the definition nor the environment sets one: then the run's default applies. */
  trigger: Omit<DesiredTrigger, "namespace"> & { namespace?: string };
  references: Reference[];
  /** What its file adds before each description; absent if it adds nothing. */
  descriptionPrefix?: string;
  /** Finds where a path is written, for errors that only the API can report. */
  place: (path: Path, piece?: string) => Place;
}

export const scopeOf = (environment: Environment | undefined): Scope =>
  environment?.scope ?? { variable: () => undefined, env: () => undefined };

export interface Defaults {
  values: Raw;
  secrets: readonly Secret[];
}

/** One definition, merged with its overrides and defaults. */
export class MergedDefinition {
  readonly #definition: Definition;
  readonly #override: Raw;

  constructor(
    definition: Definition,
    /** The defaults of its file, with variables filled in. */
    private readonly defaults: Defaults,
    private readonly environment: Environment | undefined,
  ) {
    this.#definition = definition;
    this.#override = environment?.override(definition.name) ?? {};
  }

  declaration(found: Issue[]): Declaration | undefined {
    const { name, body } = this.#definition;
    const issues: Issue[] = [];
    const secrets: Secret[] = [];
    const variables = new PathIndex<string>();
    const substituted = new PathIndex<true>();
    const malformed = new PathIndex<true>();
    const say = (issue: Issue, piece?: string): void => {
      issues.push({ ...issue, trigger: name, at: this.place(issue.path, piece, onKey(issue)) });
    };
    const sayOfValue = (issue: Issue): void => {
      // The value of a malformed expression is not known, so nothing else about it is reported.
      if (malformed.overlapping(issue.path)) return;
      say(this.#withVariable(withoutSecret(withSpelling(issue, filled, substituted), variables)));
    };
    const findings: Findings = {
      issue: (issue, piece) => {
        if (issue.code === "EXPRESSION_INVALID") malformed.add(issue.path, true);
        say(issue, piece);
      },
      secret: (secret) => {
        secrets.push(secret);
        variables.add(secret.path, secret.variable);
      },
      substituted: (path) => substituted.add(path, true),
    };
    for (const issue of [
      ...unknownKeyIssues(body, DEFINITION_KEYS),
      ...unknownKeyIssues(this.#override, OVERRIDE_KEYS),
    ])
      say(issue);
    const filled = this.#filled(findings);
    for (const secret of secrets) if (isPrinted(secret.path)) say(printedIssue(secret));
    if (filled["name"] !== name && !isOpen(filled["name"])) {
      const hint = "Remove name, or use it as the key.";
      const message = `${JSON.stringify(filled["name"])} differs from the key of the definition`;
      sayOfValue({ code: "NAME_DIFFERS", path: ["name"], message, hint });
      filled["name"] = name;
    }
    const options = withTypedTexts(this.#triggerOptions(findings), substituted);
    for (const issue of keyIssues(TRIGGER_OPTIONS, options, [], "a trigger", isOpen))
      sayOfValue(withSpreadHint(issue, options["spread"]));
    const { window: spread, issue: unspread } = spreadOf(options["spread"], filled);
    if (unspread) sayOfValue(unspread);
    const fixed = this.#fixedNamespace(filled["namespace"]);
    if (fixed) sayOfValue(fixed);
    const checked = validateTrigger(withTypedTexts(filled, substituted), { isUnknown: isOpen });
    for (const issue of checked.issues) sayOfValue(issue);
    const { trigger } = checked;
    const references = trigger ? referencesOf(trigger) : [];
    if (trigger) for (const { issue, piece } of wrongKindReferences(trigger, references)) say(issue, piece);
    found.push(...issues);
    if (!trigger || issues.some(isError)) return undefined;
    const replaces = body["replaces"];
    const secret_paths = secretPaths(secrets);
    const { description_prefix: prefix } = this.defaults.values;
    return {
      name,
      ...(typeof replaces === "string" ? { replaces } : {}),
      protect: options["protect"] === true,
      retain: options["retain"] === true,
      ...(spread === undefined ? {} : { spread }),
      trigger: secret_paths === undefined ? trigger : { ...trigger, secret_paths },
      references,
      ...(typeof prefix === "string" && prefix !== "" ? { descriptionPrefix: prefix } : {}),
      place: this.#placing(),
    };
  }

  /** A separate method, so that the returned closure does not keep the locals of `declaration` alive. */
  #placing(): Declaration["place"] {
    return (path, piece) => this.place(path, piece);
  }

  /** The merged fields of the trigger, with variables filled in. Run options are left out. */
  #filled(findings: Findings): Raw {
    const { name, body } = this.#definition;
    const { environment, defaults } = this;
    const raw: Raw = {
      name,
      namespace: environment?.namespace,
      ...deepMerge(ownFields(body), ownFields(this.#override)),
    };
    if (!("status" in this.#override) && environment?.status.value !== undefined) {
      raw["status"] = environment.status.value;
      for (const secret of environment.status.secrets) findings.secret?.(secret);
    }
    const filled: Raw = {};
    for (const [key, value] of Object.entries(fill(raw, scopeOf(environment), findings) as Raw))
      if (value !== undefined && value !== null) filled[key] = value;
    const { description_prefix: prefix, timezone, status, adopt } = defaults.values;
    const take = (key: string, path: Path): void => {
      for (const secret of defaults.secrets)
        if (secret.path[0] === key) findings.secret?.({ ...secret, path });
    };
    if (!("status" in this.#override) && filled["status"] === undefined && status !== undefined) {
      filled["status"] = status;
      take("status", ["status"]);
    }
    if (filled["adopt"] === undefined && adopt !== undefined) {
      filled["adopt"] = adopt;
      take("adopt", ["adopt"]);
    }
    if (typeof filled["description"] === "string" && typeof prefix === "string") {
      filled["description"] = prefix + filled["description"];
      take("description_prefix", ["description"]);
    }
    const { schedule_config: schedule } = filled;
    if (filled["trigger_type"] === "cron" && isObject(schedule) && timezone !== undefined) {
      filled["schedule_config"] = { timezone, ...withoutNull(schedule, "timezone") };
      if ((schedule["timezone"] ?? null) === null) take("timezone", ["schedule_config", "timezone"]);
    }
    return filled;
  }

  /** The options that control the run and are not fields of a trigger. */
  #triggerOptions(findings: Findings): Raw {
    const own = deepMerge(optionsOf(this.#definition.body), optionsOf(this.#override));
    return fill(own, scopeOf(this.environment), findings) as Raw;
  }

  /** Where a path of the trigger is written: in the override, else in the definition, else in the defaults. */
  place(path: Path, piece?: string, on: "key" | "value" = "value"): Place {
    const { name, source } = this.#definition;
    const at = (where: Source, full: Path): Place =>
      piece === undefined ? where.place(full, on) : where.placeIn(full, piece);
    const { source: overlay } = this.environment ?? {};
    const inOverlay: Path = ["overrides", name, ...path];
    if (overlay && path.length > 0 && overlay.has(inOverlay)) return at(overlay, inOverlay);
    const own: Path = ["triggers", name, ...path];
    if (source.has(own)) return path.length === 0 ? source.place(own, "key") : at(source, own);
    for (const shared of defaultedAt(path)) if (source.has(shared)) return at(source, shared);
    if (overlay && path.length === 1 && overlay.has(path)) return at(overlay, path);
    return source.place(own, "key");
  }

  /** Warns about a trigger with its own namespace: a promotion from namespace to namespace does not move it. */
  #fixedNamespace(namespace: unknown): Issue | undefined {
    const target = this.environment?.namespace;
    if (target === undefined || namespace === target || "namespace" in this.#override || isOpen(namespace))
      return undefined;
    const message = `is ${JSON.stringify(namespace)}, not the environment's "${target}": the trigger stays in its own namespace`;
    const hint = "Remove namespace to use the environment's, or set it in the environment's overrides.";
    return { code: "NAMESPACE_FIXED", severity: "warning", path: ["namespace"], message, hint };
  }

  /** If a variable has a wrong value, the message names both the use and the variable's line in the environment. */
  #withVariable(issue: Issue): Issue {
    const [, variable] = /^\$\{var\.(.+)\}$/.exec(String(this.#written(issue.path))) ?? [];
    const { source } = this.environment ?? {};
    if (!variable || !source) return issue;
    const { file, line } = source.place(["variables", variable]);
    return { ...issue, message: `${issue.message} (\${var.${variable}}, ${file}:${line})` };
  }

  #written(path: Path): unknown {
    let at: unknown = deepMerge(this.#definition.body, this.#override);
    for (const step of path) at = isObject(at) || Array.isArray(at) ? (at as Raw)[step] : undefined;
    return at;
  }
}
