import { expect, it } from "vitest";
import { boot } from "../../test/boot.js";
import { manifestObjection } from "./foreign-manifest.js";

it.each([
  ["data-1", "data_1", undefined],
  ["data-1", "data_1.more", undefined],
  ["data-1", undefined, undefined],
  ["data-1", "data_2", /declares the settings "data_2"; a plugin's settings stand below its own name/],
  ["data-1", "other.data_1", /declares the settings "other\.data_1"/],
  ["output-style", "outputStyle", /declares the settings "outputStyle"/],
  ["anthropic", undefined, /declares the settings "anthropic", which are nacre's own/],
])("says of the plugin %s with settings below %s what it has to say", async (name, key, said) => {
  await using shell = await boot({ plugins: ["anthropic"], script: [] });
  const settings = { properties: { marks: {} }, ...(key !== undefined && { key }) };
  const why = manifestObjection(shell.kernel, { name, settings });
  if (said === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(said);
});
