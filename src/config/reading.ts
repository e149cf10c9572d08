/** What a setting's text says, or what is wrong with it and the fix. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string };
export type Reader<Value> = (text: string) => Reading<Value>;
