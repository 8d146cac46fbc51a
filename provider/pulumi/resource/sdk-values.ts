// Values by which the SDK and the engine mark others. Source: @pulumi/pulumi, runtime/rpc.

/** In place of a value that a preview cannot know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key of a map that holds a secret. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Its value there. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
