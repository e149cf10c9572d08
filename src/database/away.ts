/** PostgreSQL's classes of errors that speak of the server or the connection, not of the query: 08, 53, 57P. */
const ofTheServer = /^(?:08|53|57P)[0-9A-Z]*$/;
const ofTheNetwork = /^(?:ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;
const ofTheDriver = /timeout exceeded when trying to connect|Connection terminated|did not answer in time/i;

/** Whether an error says that the database cannot be reached, or takes nothing at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The database's own words: an operator has closed it to new connections, or a query took too long.
  const isClosed = code === '55000' || code === '57014';
  if (isClosed || ofTheServer.test(code) || ofTheNetwork.test(code) || ofTheDriver.test(error.message)) {
    return true;
  }
  return isDatabaseAway(error.cause);
}
