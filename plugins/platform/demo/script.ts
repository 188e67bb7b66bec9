import type { JsonObject } from "../../../schemas/json.js";
import { NEW_TEST } from "./project.js";

/** The one command the demo lets the agent run. Quoted, so that it works wherever node stands. */
export const TEST_COMMAND: string = `'${process.execPath.replaceAll("'", String.raw`'\''`)}' --test --test-reporter=spec`;
/** The one that has to be stopped. The folder is part of the stage, and looked after at the end. */
const DANGEROUS_COMMAND = "rm -rf ../holiday-photos";

const call = (name: string, input: JsonObject): JsonObject => ({ name, input });

/** What the scripted model says and does. Each turn states what it must have been told by the tools before. */
export const TURNS: readonly JsonObject[] = [
  {
    text: "I will look at the project and run its tests first.",
    calls: [call("LS", { path: "." }), call("Bash", { command: TEST_COMMAND })],
  },
  {
    expect: { error: true, result: "total 3.70" },
    text: "The receipt adds up to 2.90 instead of 3.70. I will look for the sum, and at how quantities are used.",
    calls: [
      call("Grep", { pattern: "quantity|reduce", path: "src", output_mode: "content" }),
      call("Read", { file_path: "src/basket.js" }),
    ],
  },
  {
    expect: { error: false, result: "sum + line.price" },
    text: "The sum forgets how many of each thing there are. I will multiply by the quantity.",
    call: call("Edit", {
      file_path: "src/basket.js",
      old_string: "sum + line.price,",
      new_string: "sum + line.price * line.quantity,",
    }),
  },
  {
    expect: { error: false },
    text: "Now I overreach, as a model may: I will tidy up a folder outside of the project.",
    call: call("Bash", { command: DANGEROUS_COMMAND }),
  },
  {
    expect: { error: true },
    text: "That was refused, so I leave it alone. I will add a test for the empty basket.",
    call: call("Write", { file_path: NEW_TEST.path, content: NEW_TEST.content }),
  },
  {
    expect: { error: false },
    text: "Let me run all tests again.",
    call: call("Bash", { command: TEST_COMMAND }),
  },
  {
    expect: { error: false, result: ["fail 0", "pass 2"] },
    text: "All tests pass. The total forgot the quantities; it is mended, and the empty basket has a test of its own.",
  },
];
