import { describe, expect, it } from "vitest";
import { childEnv } from "./child-env.js";

const sessionId = "s1";

function passes(name: string, options: object = {}, value = "v"): boolean {
  return childEnv({ [name]: value }, { sessionId, ...options })[name] === value;
}

describe("The environment of children", () => {
  it.each([
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SSH_AUTH_SOCK",
    "GOPATH",
    "CARGO_HOME",
    "VIRTUAL_ENV",
    "JAVA_HOME",
    "npm_config_cache",
    "GIT_AUTHOR_NAME",
    "NODE_ENV",
    "DOCKER_HOST",
  ])("holds %s", (name) => expect(passes(name)).toBe(true));

  it.each([
    "SOMETHING_ELSE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SESSION_TOKEN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "npm_config__auth",
    "npm_config_//registry.example/:_authToken",
    "COMPOSER_AUTH",
    "CARGO_REGISTRY_TOKEN",
    "PIP_PASSWORD",
    "UV_INDEX_X_PASSWORD",
    "DENO_AUTH_TOKENS",
    "DOCKER_AUTH_CONFIG",
    "ANTHROPIC_API_KEY",
    "OPENAI_BASE_URL",
    "NACRE_HOME",
    "BASH_ENV",
    "ENV",
    "BASH_FUNC_ls%%",
    "LD_PRELOAD",
    "GIT_DIR",
    "PS4",
  ])("does not hold %s", (name) => expect(passes(name)).toBe(false));

  it("holds a name that the user's settings add, but no secret among them", () => {
    expect(passes("MY_HOST", { pass: ["MY_*"] })).toBe(true);
    expect(passes("MY_API_KEY", { pass: ["MY_*", "MY_API_KEY"] })).toBe(false);
    expect(passes("ANTHROPIC_BASE_URL", { pass: ["ANTHROPIC_*"] })).toBe(false);
  });

  it("holds a token only for the program that is named to need it", () => {
    expect(passes("GH_TOKEN", { secrets: ["GH_TOKEN"] })).toBe(true);
    expect(passes("NPM_TOKEN", { secrets: ["GH_TOKEN"] })).toBe(false);
  });

  it("holds no URL with a password in it, a proxy's excepted", () => {
    const url = "https://user:secret@host/";
    expect(passes("PIP_INDEX_URL", {}, url)).toBe(false);
    expect(passes("PIP_INDEX_URL", {}, "https://host/")).toBe(true);
    expect(passes("HTTPS_PROXY", {}, url)).toBe(true);
  });

  it("says who runs the program and keeps it from waiting for a person", () => {
    expect(childEnv({ PAGER: "less", GIT_TERMINAL_PROMPT: "1" }, { sessionId })).toMatchObject({
      CLAUDECODE: "1",
      NACRE: "1",
      NACRE_SESSION_ID: "s1",
      CLAUDE_CODE_SESSION_ID: "s1",
      PAGER: "cat",
      GIT_TERMINAL_PROMPT: "0",
      GIT_EDITOR: "true",
    });
  });
});
