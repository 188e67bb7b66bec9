import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { Job } from "../job.js";
import { printable } from "../../../../schemas/printable.js";
import { withLock } from "../../../../schemas/file-lock.js";
import type { InstalledPlugin } from "../state/installed-file.js";
import { changeLock, readLock } from "../state/lock-file.js";
import { readRecord } from "../state/record-file.js";
import { writeRecord } from "../state/write-record.js";
import { contentHash, differences, listFolder } from "../trust/file-list.js";
import { capabilitiesOf } from "./capabilities.js";

/** Shows what was changed in an installed plugin and, if that is agreed to, takes it as it is now. */
export async function approve(job: Job, plugin: InstalledPlugin): Promise<boolean> {
  const { id, dir } = plugin;
  const { paths, kernel } = job;
  const locked = readLock(paths.lock)[id];
  const catalogue = await kernel.service("catalogue");
  if (!catalogue)
    throw new UserError("The plugin that reads plugin folders is not there; switch plugin-folders on.", EXIT.plugin);
  const list = listFolder(dir);
  const hash = contentHash(list);
  if (locked?.hash === hash) return false;
  const record = readRecord(dir);
  const inventory = await catalogue.inspect(dir, record?.entry ? { entry: record.entry } : {});
  const capabilities = capabilitiesOf(inventory, list);
  if (record) for (const line of differences(record.list.files, list.files)) job.note(printable(line));
  const known = new Set(locked?.capabilities);
  for (const line of capabilities) job.note(`  ${known.has(line) ? "" : "NEW "}${printable(line)}`);
  for (const line of known) if (!capabilities.includes(line)) job.note(`  no longer: ${printable(line)}`);
  await job.agree(`Approve ${id} as it is now?`);
  if (contentHash(listFolder(dir)) !== hash)
    throw new UserError(`${dir} was changed meanwhile; nothing was approved.`, EXIT.plugin);
  await withLock(paths.mutex, async () => {
    writeRecord(dir, { ...record, hash, list, fields: inventory.package.fields });
    await changeLock(paths.lock, 0o600, (now) => {
      const source = now[id]?.source ?? { kind: "folder", path: dir };
      const approved = new Date(kernel.clock.now()).toISOString();
      return { ...now, [id]: { version: plugin.version, ...now[id], source, hash, capabilities, approved } };
    });
  });
  return true;
}
