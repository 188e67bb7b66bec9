import { writeAtOnce } from "../../../../schemas/write-at-once.js";
import { recordFile, type InstallRecord } from "./record-file.js";

/** Writes down how an installed folder is. */
export function writeRecord(dir: string, record: InstallRecord): void {
  writeAtOnce(recordFile(dir), JSON.stringify(record));
}
