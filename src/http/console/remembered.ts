/** What was found out, for so long; whoever asks meanwhile, or while it is being found out, gets the same answer. */
export function remembered<Value>(
  look: () => Promise<Value>,
  forMs: number,
  now: () => Date,
): () => Promise<Value> {
  let last: { readonly value: Promise<Value>; readonly at: number } | null = null;
  return async () => {
    if (last !== null && now().getTime() - last.at < forMs) return last.value;
    const value = look();
    last = { value, at: now().getTime() };
    value.catch(() => {
      // Who asks next looks again.
      last = null;
    });
    return value;
  };
}
