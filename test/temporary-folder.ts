import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One folder for all that a run of the tests leaves behind, whichever of them is ended early. Short: sockets stand in it. */
export default function temporaryFolder(): () => void {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-t-")));
  // Some tests run as somebody else, who has to get to what is his in there.
  chmodSync(dir, 0o711);
  process.env["TMPDIR"] = dir;
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
}
