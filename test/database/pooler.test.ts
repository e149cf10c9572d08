import { startPooler } from '../support/pooler.ts';
import { behindAPooler } from './behind-a-pooler.ts';

// A stand-in for PgBouncer, which is no package of the npm registry; `npm run pgbouncer` has the same with a real one.
behindAPooler(startPooler);
