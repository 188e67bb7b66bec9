import { crc32 } from "node:zlib";
import { EXIT, UserError, messageOf } from "../../../../schemas/errors.js";
import { PLUGIN_LIMITS, bytesText } from "./limits.js";
import type { TreeWriter } from "./tree-writer.js";

interface Listed {
  readonly name: string;
  readonly size: number;
  readonly sum: number;
  readonly mode: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;

/** Writes the files of a zip. What it says of itself is judged before anything is unfolded. */
export async function writeZip(bytes: Uint8Array, what: string, into: TreeWriter): Promise<void> {
  const listed = list(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), what);
  const files = listed.filter(({ name }) => !name.endsWith("/"));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > PLUGIN_LIMITS.bytes)
    throw refusal(what, `its files have more than ${bytesText(PLUGIN_LIMITS.bytes)} together`);
  const top = commonFolder(files);
  for (const { name, size } of files) into.admits(name, size);
  const unpacked = await unfold(bytes, what);
  for (const { name, size, sum, mode } of files) {
    const content = Object.hasOwn(unpacked, name) ? unpacked[name] : undefined;
    if (content === undefined || content.length !== size || crc32(content) !== sum)
      throw refusal(what, `${JSON.stringify(name)} is damaged`);
    const path = name.slice(top.length);
    if ((mode & 0o170000) === 0o120000) into.link(path, Buffer.from(content).toString("utf8"));
    else if (into.admits(path, size)) into.file(path, content, (mode & 0o111) !== 0);
  }
  into.finish();
}

/** Each file gets a buffer of the size that the list gives it: one that lies about it is cut, which its sum shows. */
async function unfold(bytes: Uint8Array, what: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const { unzipSync } = await import("fflate");
  try {
    return unzipSync(bytes, { filter: ({ name }) => !name.endsWith("/") });
  } catch (error) {
    throw refusal(what, `it is damaged (${messageOf(error)})`);
  }
}

/** The zip's own list, read for the sizes and rights that stand only there. */
function list(zip: Buffer, what: string): readonly Listed[] {
  let end = zip.length - 22;
  while (end >= 0 && end > zip.length - 65_600 && zip.readUInt32LE(end) !== END) end--;
  if (end < 0 || zip.readUInt32LE(end) !== END) throw refusal(what, "it is no zip file");
  const count = zip.readUInt16LE(end + 10);
  if (count === 0xffff || count > PLUGIN_LIMITS.files)
    throw refusal(what, `there are more than ${PLUGIN_LIMITS.files} files in it`);
  const files: Listed[] = [];
  for (let at = zip.readUInt32LE(end + 16), left = count; left > 0; left--) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw refusal(what, "its list of files is damaged");
    const [name, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const isUnix = zip.readUInt8(at + 5) === 3;
    files.push({
      name: zip.subarray(at + 46, at + 46 + name).toString("utf8"),
      sum: zip.readUInt32LE(at + 16),
      size: zip.readUInt32LE(at + 24),
      mode: isUnix ? zip.readUInt32LE(at + 38) >>> 16 : 0,
    });
    at += 46 + name + extra + comment;
  }
  return files;
}

/** The one folder in which everything lies, as archives of repositories have it; "" where a plugin begins at the top. */
function commonFolder(files: readonly Listed[]): string {
  const first = /^[^/]+\//.exec(files[0]?.name ?? "")?.[0] ?? "";
  const isPart = /^(\.|(skills|commands|agents|hooks|output-styles|bin)\/)/.test(first);
  return first !== "" && !isPart && files.every(({ name }) => name.startsWith(first)) ? first : "";
}

function refusal(what: string, why: string): UserError {
  return new UserError(`${what} is not installed: ${why}.`, EXIT.plugin);
}
