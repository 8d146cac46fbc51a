// Marker values in the protocol between the SDK and the engine. Source: @pulumi/pulumi, runtime/rpc.

/** Replaces a value that is not known yet in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key that marks a map as a special value, such as a secret. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The value of that key for a secret. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
