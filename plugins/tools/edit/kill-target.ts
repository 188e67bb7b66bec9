import { lstatSync, writeSync } from "node:fs";
import type { Session } from "../../../schemas/session.js";
import { ReadState } from "../read-state.js";
import { editFile } from "./edit-file.js";

/** The program that `kill.test.ts` ends at random moments: turns all of a file from `old` to `new` and back. */
const [, , path = ""] = process.argv;
const session = { cwd: "/" } as Session;
ReadState.of(session).noteRead(path, lstatSync(path), { from: 1, to: 1, atEnd: true });
for (let [old, replacement] = ["old", "new"]; ; [old, replacement] = [replacement, old]) {
  await editFile({ path, old, replacement, all: true }, session);
  writeSync(1, ".");
}
