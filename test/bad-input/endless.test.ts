import { describe } from "@jest/globals";
import { ENDLESS } from "./cases/endless-cases";
import { allRefused } from "./refused";

describe("very long input", () => {
  allRefused(ENDLESS);
});
