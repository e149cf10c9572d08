/** The names of what the service says of its spans beside what OpenTelemetry's conventions have. */
export const own = {
  merchant: 'masonhub_loop.merchant',
  return: 'masonhub_loop.return',
  delivery: 'masonhub_loop.delivery',
  event: 'masonhub_loop.event',
  status: 'masonhub_loop.status',
  attempt: 'masonhub_loop.attempt',
  returns: 'masonhub_loop.returns',
  result: 'masonhub_loop.result',
} as const;
