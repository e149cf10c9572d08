/**
 * Waits for something, but not for ever. What is waited for goes on all the same.
 * @param ms how long it is waited for, in milliseconds
 * @param late says what counts where it has not come by then; it may throw
 */
export async function within<Value, Late>(
  ms: number,
  awaited: Promise<Value>,
  late: () => Late,
): Promise<Value | Late> {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    return await Promise.race([awaited, end.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
