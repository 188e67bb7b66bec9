// Loaded before a program (`node --require`): writes the most memory it ever had, in KB, to the file PEAK_MEMORY.
"use strict";
const { writeFileSync } = require("node:fs");
process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS)));
