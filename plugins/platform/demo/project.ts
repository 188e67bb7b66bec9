/** The sample project, path by path: a till that forgets quantities, and a test that notices. */
export const PROJECT: Readonly<Record<string, string>> = {
  "package.json": `{
  "name": "corner-shop",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  "README.md": `# Corner shop

A till in three small modules. Prices are whole cents.
`,
  "src/money.js": `// SPDX-License-Identifier: MIT
/** 1234 -> "12.34" */
export function formatCents(cents) {
  return (cents / 100).toFixed(2);
}
`,
  "src/basket.js": `// SPDX-License-Identifier: MIT
/** What all lines of a basket cost, in cents. */
export function total(lines) {
  return lines.reduce((sum, line) => sum + line.price, 0);
}
`,
  "src/receipt.js": `// SPDX-License-Identifier: MIT
import { total } from "./basket.js";
import { formatCents } from "./money.js";

export function receipt(lines) {
  const rows = lines.map(({ name, quantity, price }) => \`\${quantity} x \${name} \${formatCents(price)}\`);
  return [...rows, \`total \${formatCents(total(lines))}\`].join("\\n");
}
`,
  "test/receipt.test.js": `// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { receipt } from "../src/receipt.js";

test("a receipt shows each line and what all of it costs", () => {
  const lines = [
    { name: "apple", quantity: 3, price: 40 },
    { name: "bread", quantity: 1, price: 250 },
  ];
  assert.equal(receipt(lines), "3 x apple 0.40\\n1 x bread 2.50\\ntotal 3.70");
});
`,
};

/** The test that the agent adds. It forgets the licence line, which the hook puts in. */
export const NEW_TEST = {
  path: "test/basket.test.js",
  content: `import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../src/basket.js";

test("an empty basket costs nothing", () => {
  assert.equal(total([]), 0);
});
`,
} as const;
