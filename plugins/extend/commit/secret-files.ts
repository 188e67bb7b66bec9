import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { keysIn } from "../../../schemas/redact.js";

/** Names of files that hold secrets, and of their folders. */
const NAMES =
  /^(?:\.env(?:\..+)?|id_(?:rsa|dsa|ecdsa|ed25519)|_?\.?netrc|\.git-credentials|\.pgpass|\.pypirc|\.htpasswd|\.npmrc|\.dockercfg|\.vault-token|credentials(?:\.(?:json|ya?ml|toml|ini))?|secrets?\.(?:json|ya?ml|toml|ini|env)|service-account.*\.json|.+\.(?:pem|key|p12|pfx|ppk|jks|keystore|kdbx))$/i;
const HARMLESS = /^\.env\.(?:example|sample|template|dist)$|\.pub$/i;
const FOLDERS = /(?:^|\/)(?:\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.password-store)\//i;

/** A file that large is not written by hand; its beginning is looked at. */
const LOOKED_AT = 1024 * 1024;

/** Whether a path, relative or absolute, is named like something that holds secrets. */
export function isSecretName(path: string): boolean {
  const name = basename(path);
  return (NAMES.test(name) && !HARMLESS.test(name)) || FOLDERS.test(path.replaceAll("\\", "/"));
}

/** Whether a text holds what looks like a key. */
function holdsSecret(text: string): boolean {
  return keysIn(text, 1).length > 0;
}

/** Whether a file is named like a secret or holds one. What cannot be read, or is no file, holds none. */
export function isSecretFile(path: string): boolean {
  return isSecretName(path) || holdsSecret(beginningOf(path));
}

function beginningOf(path: string): string {
  let fd: number | undefined;
  try {
    // A link is committed as a link: what it leads to is not.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = fstatSync(fd);
    if (!stats.isFile()) return "";
    const buffer = Buffer.alloc(Math.min(stats.size, LOOKED_AT));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0)).toString("latin1");
  } catch {
    return "";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
