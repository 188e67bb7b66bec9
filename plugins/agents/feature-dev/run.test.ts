import { describe, expect, it } from "vitest";
import { afterAnswer, afterTurn, approves, mayWrite, type Run } from "./run.js";

const RUN: Run = {
  id: "1",
  root: "/",
  session: "s",
  request: "r",
  phase: 1,
  step: "working",
  answers: [],
  results: {},
  updated: 0,
};

describe("a run", () => {
  it.each<[Run["phase"], Run["step"], Run["phase"] | undefined, Run["step"] | undefined]>([
    [1, "working", 2, "working"],
    [2, "working", 3, "working"],
    [3, "working", 3, "waiting"],
    [4, "working", 4, "waiting"],
    [5, "working", 5, "waiting"],
    [5, "acting", 6, "working"],
    [6, "working", 6, "waiting"],
    [6, "acting", 7, "working"],
    [7, "working", undefined, undefined],
  ])("in phase %s, %s, is after the model's turn in %s, %s", (phase, step, nextPhase, nextStep) => {
    const next = afterTurn({ ...RUN, phase, step }, "words");
    expect([next?.phase, next?.step]).toEqual([nextPhase, nextStep]);
    if (next) expect(next.results[phase]).toBe("words");
  });

  it.each<[Run["phase"], string, Run["phase"], Run["step"]]>([
    [3, "Blue", 4, "working"],
    [4, "A", 5, "working"],
    [5, "yes", 5, "acting"],
    [5, "use another table", 5, "working"],
    [6, "later", 6, "acting"],
  ])("waiting in phase %s is after %j in %s, %s", (phase, text, nextPhase, nextStep) => {
    const next = afterAnswer({ ...RUN, phase, step: "waiting" }, text);
    expect([next.phase, next.step, next.answers]).toEqual([nextPhase, nextStep, [{ phase, text }]]);
  });

  it("takes nothing for an answer while nobody has asked", () => {
    expect(afterAnswer({ ...RUN, phase: 2 }, "hm")).toMatchObject({ phase: 2, answers: [] });
  });

  it("writes only once it was approved", () => {
    const writing = ([1, 2, 3, 4, 5, 6, 7] as const).flatMap((phase) =>
      (["working", "waiting", "acting"] as const).flatMap((step) =>
        mayWrite({ ...RUN, phase, step }) ? [`${phase} ${step}`] : [],
      ),
    );
    expect(writing).toEqual(["5 acting", "6 acting"]);
  });

  it.each(["yes", "Yes!", "ok, go", "OK", "go ahead", "LGTM.", "approved", "do it", "y"])(
    "is approved by %j",
    (text) => {
      expect(approves(text)).toBe(true);
    },
  );

  it.each([
    "no",
    "yes but use tabs",
    "yesterday",
    "okra",
    "not yet",
    "",
    "go, except for step 2",
    "What about tests?",
    "y2k",
  ])("is not approved by %j", (text) => {
    expect(approves(text)).toBe(false);
  });
});
