/**
 * An item whose data stands in the manifest: give the name and the functions, the kernel fills in the rest when it
 * takes it.
 */
export function live<T extends { readonly name: string }>(item: Partial<T> & { readonly name: string }): T {
  return item as T;
}
