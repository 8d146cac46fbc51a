/**
 * The provider as the engine keeps it in the state of every resource. Refresh and destroy run this text, from states of
 * any age: it must stay as it is for ever, and `pulumi-mixpeek/runtime` must go on reading all older states.
 */
export const SHIM = "exports.handler=()=>require('pulumi-mixpeek/runtime')";

/** Type token of a trigger; part of every URN in every state. */
export const TRIGGER_TYPE = "pulumi-nodejs:dynamic/mixpeek:Trigger";

/** Type token of the record of a stack's owner; part of its URN in every state that a command wrote. */
export const OWNER_TYPE = "mixpeek:index:StackOwner";

/** Its name, too. */
export const OWNER_NAME = "owner";
