import { readStart, type OpenFile } from "../open-file.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { pictureSize, type PictureType } from "./picture.js";

/** What the Messages API takes: 5 MB in base64, and so many pixels in each direction. */
const MOST_BYTES = (5 * 1024 * 1024 * 3) / 4;
const MOST_PIXELS = 8_000;

/** A picture as the model sees it. Throws for one that no model would take: it would spoil every later request. */
export function readPicture(file: OpenFile, type: PictureType, path: string): ToolOutput {
  const { size } = file.stat;
  if (size > MOST_BYTES) {
    throw new Error(`${path} is a picture of ${inMegabytes(size)}; at most 3.75 MB can be shown: scale it down first.`);
  }
  const bytes = readStart(file, MOST_BYTES);
  const pixels = pictureSize(bytes, type);
  if (!pixels || pixels.includes(0)) throw new Error(`${path} is a damaged picture (${type}).`);
  const [width, height] = pixels;
  if (Math.max(width, height) > MOST_PIXELS) {
    throw new Error(`${path} has ${width} x ${height} pixels; at most ${MOST_PIXELS} in each direction can be shown.`);
  }
  const data = bytes.toString("base64");
  return {
    content: [{ type: "image", source: { type: "base64", media_type: type, data } }],
    details: {
      type: "image",
      file: { filePath: path, base64: data, type, originalSize: size, dimensions: { width, height } },
    },
  };
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
