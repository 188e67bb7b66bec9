import { writeSync } from "node:fs";
import { begun, call, deskIn, prompt, sessionEvent } from "./samples.js";

/**
 * The program that `kill.test.ts` ends at random moments: writes events as fast as it can and tells each one on stdout
 * once the writer has returned.
 */
const [, , home = "", id = ""] = process.argv;
const writer = begun(deskIn(home), sessionEvent(id));
writer.take(prompt("go"));
for (let count = 0; ; count++) {
  writer.take(call(String(count), count % 50 === 0 ? "write" : "read"));
  writeSync(1, `${count}\n`);
}
