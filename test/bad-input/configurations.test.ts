import { describe } from "@jest/globals";
import { CONFIGURATIONS } from "./cases/configuration-cases";
import { allRefused } from "./refused";

describe("a configuration of", () => {
  allRefused(CONFIGURATIONS);
});
