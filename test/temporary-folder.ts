import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One folder for all that a run of the tests leaves behind, whichever of them is ended early. Short: sockets stand in it. */
export default function temporaryFolder(): () => void {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-t-")));
  process.env["TMPDIR"] = dir;
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
}
