import { readFileSync } from "node:fs";
import { join } from "node:path";
import { know } from "../../../../schemas/redact.js";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What the user's own npm configuration says about registries: the file, and `npm_config_registry`. A project's `.npmrc`
 * is never read. Keys that belong to a registry (`//host/:_authToken`) reach that registry alone.
 */
export function npmConfig(env: Env, userHome: string): Readonly<Record<string, string>> {
  const config: Record<string, string> = {};
  for (const line of text(env["npm_config_userconfig"] || env["NPM_CONFIG_USERCONFIG"] || join(userHome, ".npmrc"))) {
    const [, key, value] = /^\s*([^;#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || !isUsed(key)) continue;
    config[key] = value.replace(/^"(.*)"$/, "$1").replace(/\$\{([^}]+)\}/g, (all, name: string) => env[name] ?? all);
    if (/:(_authToken|_auth|_password)$/.test(key)) know(config[key]);
  }
  const registry = env["npm_config_registry"] || env["NPM_CONFIG_REGISTRY"];
  return { ...config, ...(registry && { registry }) };
}

function isUsed(key: string): boolean {
  return /^(registry|@[\w.-]+:registry|\/\/.+:(_authToken|_auth|username|_password))$/.test(key);
}

function text(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    return [];
  }
}
