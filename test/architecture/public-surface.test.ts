import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { publicSurface, REVIEWED } from "./surface.mjs";

it("shows programs and plugins what was reviewed (node test/architecture/update-surface.mjs after a wanted change)", () => {
  expect(publicSurface()).toBe(readFileSync(REVIEWED, "utf8"));
}, 60_000);
