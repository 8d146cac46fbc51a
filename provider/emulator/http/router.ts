import { methodNotAllowed, noSuchRoute } from "../model/errors";

/** A path with `:name` parameters, and its handler. */
export interface Route<Handler> {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  handle: Handler;
}

/** The route of a request, with the decoded path parameters. */
export interface Match<Handler> {
  handle: Handler;
  params: Record<string, string>;
}

/**
 * Finds the route of a request: the first one that matches.
 * @throws ApiError 404 if no route has the path, 405 if none of those has the method
 */
export function match<Handler>(routes: Route<Handler>[], method: string, path: string): Match<Handler> {
  const allowed: string[] = [];
  for (const route of routes) {
    const params = paramsOf(route.path, path);
    if (!params) continue;
    if (route.method === method) return { handle: route.handle, params };
    if (!allowed.includes(route.method)) allowed.push(route.method);
  }
  throw allowed.length > 0 ? methodNotAllowed(allowed) : noSuchRoute();
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== value) return undefined;
      continue;
    }
    const decoded = decode(value);
    if (!decoded) return undefined;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
