import { describe } from "@jest/globals";
import { COMMAND_FILES } from "./cases/command-file-cases";
import { COMMAND_LINES } from "./cases/command-line-cases";
import { allRefused } from "./refused";

describe("an invalid command line", () => {
  allRefused([...COMMAND_LINES, ...COMMAND_FILES]);
});
