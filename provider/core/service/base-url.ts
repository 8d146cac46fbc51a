/**
 * Removes trailing slashes and the API version: the vendor's own client expects `…/v1`, but our paths already start
 * with `v1`.
 */
export const normalizedBaseUrl = (url: string): string =>
  url.replace(/\/+$/, "").replace(/(?<=[^:/])(\/+v1)+$/i, "");

/** The URL without its user, password, query and fragment, which may be secret. */
export function printableUrl(url: string): string {
  if (!URL.canParse(url)) return "an invalid address";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}
