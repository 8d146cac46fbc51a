import * as pulumi from "@pulumi/pulumi";
import type { StackOwner } from "../../core/stack/stack-owner";
import { OWNER_NAME, OWNER_TYPE } from "./shim";

class OwnerRecord extends pulumi.ComponentResource {
  constructor(owner: StackOwner) {
    super(OWNER_TYPE, OWNER_NAME, { ...owner });
    // Not every SDK keeps the inputs of a component.
    this.registerOutputs({ ...owner });
  }
}

/**
 * Records in the state whom the stack belongs to. Resolves once the engine has it: before any trigger, so that a run
 * that fails half way leaves no trigger in a stack without an owner. `within`: called around the declaring.
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
