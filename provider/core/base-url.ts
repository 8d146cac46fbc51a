/** Without slashes and the API's version at the end: the vendor's own client is given `…/v1`, and our paths start with it. */
export const normalizedBaseUrl = (url: string): string =>
  url.replace(/\/+$/, "").replace(/(?<=[^:/])(\/+v1)+$/i, "");
