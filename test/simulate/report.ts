import type { AuditFinding } from '../faults/audit.ts';
import type { SimulatedSchedule } from './schedule.ts';

/** A finding in a line. */
export function findingLine({ kind, merchant, id, what }: AuditFinding): string {
  return `${kind.padEnd(8)}${[merchant, id].filter((part) => part !== '').join(' ')}: ${what}`;
}

/** Everything that a schedule has in store, a line each. */
export function scheduleLines({ seed, replicas, merchants, returns, troubles }: SimulatedSchedule): string[] {
  return [
    `seed ${seed}, ${replicas} replica${replicas === 1 ? '' : 's'}, ${merchants.join(' and ')}`,
    ...returns.flatMap(({ id, merchant, at, story, items, acts, heard }) => [
      `${String(at).padStart(7)} ms  ${merchant} ${id}: ${story}, ${items.length} items${heard ? '' : ', of which no webhook tells'}`,
      ...acts.map(
        (act) =>
          `            ${act.do}, ${act.afterMs} ms after that${act.once === 'nothing' ? '' : ` and once ${act.once}`}${act.heard ? '' : ', unheard'}`,
      ),
    ]),
    ...troubles.map((trouble) => `            ${JSON.stringify(trouble)}`),
  ];
}
