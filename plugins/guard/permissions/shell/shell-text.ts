/** A word that only sets a variable. */
export const ASSIGNMENT: RegExp = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Programs that run what they are handed as shell script. */
export const SHELLS: RegExp = /^(?:.*\/)?(?:ba|rba|da|z|k|mk|a|c|tc|ya|fi)?sh$/;

/** Whether these words run, as shell script, what they read from their input. */
export function readsScript(words: readonly { readonly text: string }[]): boolean {
  const first = words.find(({ text }) => !/^(?:time|command|builtin|eval|exec|-p|!)$/.test(text));
  return /^(?:source|\.|at|batch)$/.test(first?.text ?? "") || words.some(({ text }) => SHELLS.test(text));
}
