import * as pulumi from "@pulumi/pulumi";
import type { StackOwner } from "../../core/stack/stack-owner";
import { OWNER_NAME, OWNER_TYPE } from "./shim";

class OwnerRecord extends pulumi.ComponentResource {
  constructor(owner: StackOwner) {
    super(OWNER_TYPE, OWNER_NAME, { ...owner });
    // Some SDKs do not store a component's inputs.
    this.registerOutputs({ ...owner });
  }
}

/**
 * Records the stack's owner in the state. Resolves once the engine has registered it. Called before any trigger is
 * declared, so that a failed run leaves no trigger in a stack without an owner. `within`: wraps the declaration.
 */
export async function recordOwner(
  owner: StackOwner,
  within: (declare: () => void) => void = (declare) => declare(),
): Promise<void> {
  let record: OwnerRecord | undefined;
  within(() => {
    record = new OwnerRecord(owner);
  });
  await new Promise((resolve) => record?.urn.apply(resolve));
}
