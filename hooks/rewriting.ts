import type { TapFacts, Wall } from "./wall.js";

interface Tapped extends TapFacts {
  fn: Function;
}

/**
 * The policy of points whose taps rewrite a value: a tap that fails, or answers nothing, leaves the value as it was;
 * the failure is reported and the next tap is asked.
 */
export function rewriting(
  point: string,
  wall: Wall,
  deadline: number,
): { readonly register: <T extends Tapped>(tap: T) => T } {
  return {
    register: (tap) => {
      const { name, fn } = tap;
      const alone = async (value: unknown, ...rest: unknown[]): Promise<unknown> => {
        try {
          return (await wall.call(name, point, tap.deadline ?? deadline, () => fn(value, ...rest) as unknown)) ?? value;
        } catch (error) {
          wall.report(name, point, error);
          return value;
        }
      };
      return { ...tap, fn: alone };
    },
  };
}
