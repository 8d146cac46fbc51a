/** Without slashes and the API's version at the end: the vendor's own client is given `…/v1`, and our paths start with it. */
export const normalizedBaseUrl = (url: string): string =>
  url.replace(/\/+$/, "").replace(/(?<=[^:/])(\/+v1)+$/i, "");

/** The address as it may be printed: without user, password, query and fragment, which may be secret. */
export function printableUrl(url: string): string {
  if (!URL.canParse(url)) return "an invalid address";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}
