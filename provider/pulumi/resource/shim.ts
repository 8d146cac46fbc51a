/**
 * The provider's code, which the engine stores in the state of every resource. Refresh and destroy run it from states
 * of any age, so it must never change, and `pulumi-mixpeek/runtime` must keep reading all older states.
 */
export const SHIM = "exports.handler=()=>require('pulumi-mixpeek/runtime')";

/** Type token of a trigger; part of every URN in every state. */
export const TRIGGER_TYPE = "pulumi-nodejs:dynamic/mixpeek:Trigger";

/** Type token of the record of a stack's owner; part of its URN in every state that a command wrote. */
export const OWNER_TYPE = "mixpeek:index:StackOwner";

/** The name of that record; also part of its URN. */
export const OWNER_NAME = "owner";
