import type { PermissionUpdate } from "../../../schemas/decision.js";
import type { Permissions } from "../../../schemas/guards.js";
import type { Session } from "../../../schemas/session.js";
import { listed } from "./network/hosts.js";
import type { Hosts } from "./policy/policy.js";

/** Milliseconds a person has to answer; the program inside waits as long. */
const PATIENCE = 300_000;

/** A command that was refused so many hosts is not asked about any more: nobody is to be worn down. */
const MOST_NOES = 5;

/** For whom a connection is judged. */
export interface Asking {
  readonly session: Session;
  readonly callId: string;
  readonly command: string;
  readonly permissions: Permissions | undefined;
}

/** Which hosts the person let commands of a session reach. Each is asked about once. */
export class Answers {
  readonly #allowed = new Set<string>();
  readonly #asked = new Map<string, Promise<boolean>>();

  /** Whether somebody can be asked at all, or a list lets anything pass: otherwise there is no network. */
  static mayReach(hosts: Hosts, session: Session): boolean {
    if (hosts.httpPort !== undefined || hosts.socksPort !== undefined || hosts.allowed.length > 0) return true;
    return !hosts.strict && session.ask !== undefined;
  }

  /** What decides about the connections of one command. A no holds for that command. */
  judge(hosts: Hosts, asking: Asking): (host: string, port: number) => Promise<boolean> {
    const refused = new Set<string>();
    return async (host, port) => {
      const answer = listed(hosts, host, port);
      if (answer !== undefined) return answer;
      // A site is one thing with and without encryption; another port is another service.
      const door = port === 80 || port === 443 ? host : `${host}:${port}`;
      if (this.#allowed.has(door)) return true;
      if (refused.has(door) || refused.size >= MOST_NOES || !asking.session.ask) return false;
      let question = this.#asked.get(door);
      if (!question) {
        question = this.#ask(host, port, asking).finally(() => this.#asked.delete(door));
        this.#asked.set(door, question);
      }
      const allowed = await question.catch(() => false);
      if (allowed) this.#allowed.add(door);
      else refused.add(door);
      return allowed;
    };
  }

  async #ask(host: string, port: number, { session, callId, command, permissions }: Asking): Promise<boolean> {
    const suggestions: readonly PermissionUpdate[] = [
      {
        type: "addRules",
        rules: [{ toolName: "WebFetch", ruleContent: `domain:${host.includes(":") ? `[${host}]` : host}` }],
        behavior: "allow",
        destination: "localSettings",
      },
    ];
    const question = {
      call: { id: callId, name: "Bash", input: { command } },
      effect: "network" as const,
      reason: `The command wants to connect to ${host}, port ${port}, which the sandbox does not allow yet.`,
      suggestions,
      sessionId: session.id,
    };
    const answer = await session.ask?.(question, AbortSignal.timeout(PATIENCE));
    if (answer?.behavior !== "allow") return false;
    if (answer.updates && answer.updates.length > 0) await permissions?.apply(session, answer.updates);
    return true;
  }
}
