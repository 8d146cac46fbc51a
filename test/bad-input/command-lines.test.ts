import { describe } from "@jest/globals";
import { COMMAND_FILES } from "./command-file-cases";
import { COMMAND_LINES } from "./command-line-cases";
import { allRefused } from "./refused";

describe("a command line of", () => {
  allRefused([...COMMAND_LINES, ...COMMAND_FILES]);
});
