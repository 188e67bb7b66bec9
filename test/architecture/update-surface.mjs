import { writeFileSync } from "node:fs";
import { REVIEWED, publicSurface } from "./surface.mjs";

writeFileSync(REVIEWED, publicSurface());
