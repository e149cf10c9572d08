/** PostgreSQL's classes of errors that speak of the server or the connection, not of the query: 08, 53, 57P. */
const ofTheServer = /^(?:08|53|57P)[0-9A-Z]*$/;
const ofTheNetwork = /^(?:ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;
const ofTheDriver =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|database did not answer in time/i;
/** The database's own words: an operator has closed it to new connections, a query took too long, it takes no writes. */
const forNow: readonly string[] = ['55000', '57014', '25006'];

/** Whether an error says that the database cannot be reached, or takes nothing at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (
    forNow.includes(code) ||
    ofTheServer.test(code) ||
    ofTheNetwork.test(code) ||
    ofTheDriver.test(error.message)
  ) {
    return true;
  }
  return isDatabaseAway(error.cause);
}

/** Whether whatever else is tried now would fail as well; a query that took too long may have been the only one. */
export function takesNothing(error: unknown): boolean {
  return isReadOnly(error) || (isDatabaseAway(error) && codeOf(error) !== '57014');
}

/** PostgreSQL's or the system's code of an error; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether the server that an error came from takes no writes, as one that is no longer the primary. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}
