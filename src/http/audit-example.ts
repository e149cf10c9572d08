import { writeAuditPosition } from './audit-position.ts';

/** Invented answers of the audit list's route; `/docs` shows them. */

export const auditExample = {
  entries: [
    {
      at: '2026-11-26T14:05:02.118Z',
      who: 'anna',
      by: 'password' as const,
      address: '192.0.2.17',
      action: 'retry' as const,
      merchant: 'acme',
      subject: '99904598',
      result: 'retried',
      details: {},
    },
    {
      at: '2026-11-26T14:04:41.730Z',
      who: 'anna',
      by: 'password' as const,
      address: '192.0.2.17',
      action: 'sign-in' as const,
      merchant: null,
      subject: null,
      result: 'done',
      details: {},
    },
  ],
  nextCursor: null,
};

/** Where the page after it begins, as a cursor is written. */
export const auditCursor = writeAuditPosition({ at: new Date('2026-11-26T14:04:41.730Z'), id: 41 });
