import type { KernelView } from "../../../core/types.js";
import { projectRoot } from "../../../schemas/project-root.js";
import type { Acting } from "../../../schemas/trusted.js";
import type { Keeper, Standing } from "./keeper.js";
import { placeOf, type Place } from "./place-of.js";

/** How it stands with the folder that nacre was started in. */
export interface State {
  readonly place: Place;
  readonly standing: Standing;
  /** Everything that acts or would. */
  readonly parts: readonly Acting[];
  /** Those of them that nobody has agreed to. */
  readonly open: readonly Acting[];
}

/** How the folder that nacre was started in stands; undefined where it is no folder any more. */
export async function stateOf({ cwd, home }: KernelView, keeper: Keeper): Promise<State | undefined> {
  const project = projectRoot(cwd, home);
  const place = placeOf(project);
  if (!place) return undefined;
  const trusted = await keeper.of(project);
  const parts = await keeper.parts();
  return { place, standing: keeper.standing(place), parts, open: parts.filter((part) => !trusted?.covers(part)) };
}

/** One sentence. */
export function stateText({ place, standing }: State): string {
  const { state, why, answer } = standing;
  const since = answer === undefined ? "" : ` since ${new Date(answer.at).toISOString().slice(0, 10)}`;
  if (state === "trusted") return `${place.root} is trusted${why === undefined ? since : ` by ${why}`}.`;
  return state === "declined" ? `${place.root} was declined${since}.` : `${place.root} is not trusted.`;
}
