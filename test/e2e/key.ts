/** Used wherever a key is needed. It must not be in any output. */
export const KEY = "sk_canary_5d1c9e77";
