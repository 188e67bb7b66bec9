import type { KernelView } from "../../../../core/types.js";
import type { Session } from "../../../../schemas/session.js";

/** A session that is only looked at: for asking the permission gate without starting anything. */
export function stillSession({ cwd }: Pick<KernelView, "cwd">): Session {
  const refuse = (): never => {
    throw new Error("This session is only looked at.");
  };
  return {
    id: "alias-show",
    root: cwd,
    folders: [cwd],
    cwd,
    provider: "",
    model: "",
    system: [],
    messages: [],
    replies: [],
    prompts: [],
    rewinds: 0,
    busy: false,
    headless: true,
    offers: () => true,
    send: refuse,
    append: refuse,
    use: refuse,
    chdir: refuse,
    setModel: refuse,
    addFolder: refuse,
    emit: () => {},
    close: () => Promise.resolve(),
  };
}
