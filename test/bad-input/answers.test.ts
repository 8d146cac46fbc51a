import { describe } from "@jest/globals";
import { ANSWERS } from "./cases/answer-cases";
import { allRefused } from "./refused";

describe("an API that responds with", () => {
  allRefused(ANSWERS);
});
