export type PictureType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** What the beginning of a file says it is, whatever its name says; undefined for all but the four kinds models read. */
export function pictureType(start: Buffer): PictureType | undefined {
  if (start.length < 12) return undefined;
  if (start.readUIntBE(0, 4) === 0x89504e47) return "image/png";
  if (start.readUIntBE(0, 3) === 0xffd8ff) return "image/jpeg";
  const name = start.toString("latin1", 0, 12);
  if (name.startsWith("GIF87a") || name.startsWith("GIF89a")) return "image/gif";
  return name.startsWith("RIFF") && name.endsWith("WEBP") ? "image/webp" : undefined;
}

/** Width and height in pixels; undefined when the file is too damaged to say. */
export function pictureSize(bytes: Buffer, type: PictureType): readonly [number, number] | undefined {
  try {
    if (type === "image/png") return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    if (type === "image/gif") return [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
    return type === "image/webp" ? webpSize(bytes) : jpegSize(bytes);
  } catch {
    return undefined;
  }
}

function webpSize(bytes: Buffer): readonly [number, number] | undefined {
  const chunk = bytes.toString("latin1", 12, 16);
  if (chunk === "VP8X") return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (chunk === "VP8 ") return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (chunk !== "VP8L") return undefined;
  const packed = bytes.readUInt32LE(21);
  return [(packed & 0x3fff) + 1, ((packed >> 14) & 0x3fff) + 1];
}

/** Walks the segments up to the one that starts the frame. */
function jpegSize(bytes: Buffer): readonly [number, number] | undefined {
  for (let at = 2; ;) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
