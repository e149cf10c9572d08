import type { Merchants } from '../../config/merchants.ts';
import type { Database } from '../../database/connect.ts';
import type { SetAsideDelivery, SetAsideResult } from '../../inbox/set-aside.ts';
import type { ReplaySetAside } from '../deliveries-api.ts';
import type { ListConnections } from '../health.ts';
import type { RetryReturn } from '../ops-api.ts';

/** What the console shows and does. */
export interface ConsoleParts {
  readonly db: Database;
  readonly merchants: Merchants;
  readonly opsToken: string | null;
  readonly now: () => Date;
  readonly retry: RetryReturn;
  readonly listConnections: ListConnections;
  /** So many at most. */
  readonly listSetAside: (result: SetAsideResult, limit: number) => Promise<readonly SetAsideDelivery[]>;
  readonly replay: ReplaySetAside;
}
