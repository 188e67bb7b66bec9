/** A word that only sets a variable. */
export const ASSIGNMENT: RegExp = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Programs that run what they are handed as shell script. */
export const SHELLS: RegExp = /^(?:.*\/)?(?:ba|rba|da|z|k|mk|a|c|tc|ya|fi)?sh$/;

/** Whether these words run, as shell script, what they read from their input. */
export function readsScript(words: readonly { readonly text: string }[]): boolean {
  return /^(?:source|\.|at|batch)$/.test(words[0]?.text ?? "") || words.some(({ text }) => SHELLS.test(text));
}
