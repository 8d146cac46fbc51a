import { nightly, oneOfEach } from "./definitions";
import { World } from "./world";

/** Each opens a world in which that program is applied: the engine runs once for all files of a worker. */
export const appliedNightly = World.applied("nightly", nightly());
export const appliedActive = World.applied("nightly, active", nightly({ status: "active" }));
export const appliedOneOfEach = World.applied("one of each", async () => oneOfEach());
