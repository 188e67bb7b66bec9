import type { PluginContext } from "../../../core/types.js";
import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { ToolCall } from "../../../schemas/decision.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import type { PromptUser } from "../use-prompt.js";
import { newsText } from "./build-listing.js";
import { Listings, type Listing } from "./listings.js";
import { Roster } from "./roster.js";
import type { SkillCommands, SkillDesk } from "./skill-commands.js";
import type { SkillTool } from "./skill-tool.js";
import { linesIn, nameIn, toldIn } from "./told.js";
import { Touched } from "./touched.js";
import { fittingSkills } from "../triggers.js";

/** Everything about skills in one run. */
export class Desk implements SkillDesk {
  readonly kernel: PluginContext["kernel"];
  readonly roster: Roster;
  readonly listings: Listings;
  readonly #ctx: PluginContext;
  readonly #touched: Touched;
  #user: Promise<PromptUser> | undefined;
  #tool: Promise<SkillTool> | undefined;
  #commands: Promise<SkillCommands> | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.kernel = ctx.kernel;
    this.roster = new Roster(ctx.kernel);
    this.listings = new Listings(ctx.kernel, this.roster);
    this.#touched = new Touched(this);
  }

  // A start needs none of these, so that they are imported by what needs them.
  user(): Promise<PromptUser> {
    return (this.#user ??= import("../use-prompt.js").then(({ PromptUser: Made }) => new Made(this.#ctx)));
  }

  tool(): Promise<SkillTool> {
    return (this.#tool ??= import("./skill-tool.js").then(({ SkillTool: Made }) => new Made(this)));
  }

  commands(): Promise<SkillCommands> {
    return (this.#commands ??= import("./skill-commands.js").then(({ SkillCommands: Made }) => new Made(this)));
  }

  /** The UserPromptSubmit tap: the list with the first prompt, what has changed with later ones, and what is triggered. */
  async submit(prompt: Prompt, session: Session): Promise<Prompt | undefined> {
    if (prompt.blocked !== undefined || prompt.handled !== undefined) return undefined;
    const listing = await this.listings.current();
    const context: string[] = [];
    const news = session.offers("Skill") ? await this.#news(listing, session) : "";
    if (news !== "") context.push(news);
    if (listing.triggers.length > 0) context.push(...(await this.#triggered(listing, prompt, session)));
    return context.length > 0 ? { ...prompt, context: [...prompt.context, ...context] } : undefined;
  }

  /** The PostToolUse tap for calls that worked on a file. */
  async touch(finished: FinishedCall, call: ToolCall, session: Session): Promise<FinishedCall | undefined> {
    const context = await this.#touched.context(await this.listings.latest(), call, session);
    return context.length > 0 ? { ...finished, context: [...finished.context, ...context] } : undefined;
  }

  async #news({ text }: Listing, { messages }: Session): Promise<string> {
    const told = toldIn(messages);
    if (!told) return text;
    const lines = linesIn(text);
    const changed = lines.filter((line) => told.get(nameIn(line)) !== line);
    const listed = new Set(lines.map(nameIn));
    const missing = [...told].filter(([name, line]) => !listed.has(name) && !line.endsWith(" (gone)\n"));
    const gone = missing.length === 0 ? [] : await this.#gone(missing.map(([name]) => name));
    return changed.length + gone.length === 0 ? "" : newsText(changed, gone, this.listings.policy.budget);
  }

  /** What is not listed any more may only have had no room. */
  async #gone(names: readonly string[]): Promise<readonly string[]> {
    const all = await this.roster.names();
    const known = new Set(all.all.map(({ name }) => name));
    return names.filter((name) => !known.has(name) && !name.includes("/") && !this.#touched.knows(name));
  }

  async #triggered({ triggers }: Listing, prompt: Prompt, session: Session): Promise<readonly string[]> {
    const said = textOf(prompt.content);
    if (said.trimStart().startsWith("/")) return [];
    const fitting = fittingSkills(triggers, said).map(({ skill, by }) => ({ skill, by: JSON.stringify(by) }));
    if (fitting.length === 0) return [];
    const { loadTriggered } = await import("./triggered.js");
    const signal = prompt.signal && { signal: prompt.signal };
    return loadTriggered(fitting, { ...signal, session, desk: this });
  }
}
