import { describe } from "@jest/globals";
import { CONFIGURATIONS } from "./cases/configuration-cases";
import { allRefused } from "./refused";

describe("an invalid configuration", () => {
  allRefused(CONFIGURATIONS);
});
