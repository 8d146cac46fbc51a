import { describe } from "@jest/globals";
import { ANSWERS } from "./answer-cases";
import { allRefused } from "./refused";

describe("an API that answers", () => {
  allRefused(ANSWERS);
});
