import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { storeReturns } from '../support/stored-returns.ts';
import { readPage } from './read.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, borealis: {} } });
  const received = (index: number) => ({
    loop_return_id: `9000${index}`,
    created_at: new Date(`2026-09-0${index + 1}T12:00:00Z`),
    received_at: new Date('2026-10-05T12:00:00Z'),
    docked_at: new Date('2026-10-04T12:00:00Z'),
    decided_at: new Date('2026-10-05T12:00:00Z'),
    status: 'held',
    decision: 'hold',
    receipts: [
      {
        isBlind: false,
        lines: [
          {
            sku: 'TEE-1',
            onRma: true,
            counted: 2,
            received: [
              { disposition: 'available', units: 1, note: null },
              { disposition: 'damaged', units: 1, note: null },
            ],
          },
        ],
        note: null,
      },
    ],
  });
  await storeReturns(world, [
    received(0),
    { ...received(1), differs: 'hold-closed', order_name: '=1+1' },
    { ...received(2), merchant: 'borealis', decided_at: null, decision: null, status: 'receiving' },
  ]);
});
afterAll(() => world.stop());

describe('the page of a month', () => {
  it('has its numbers by merchant and in all, and leads to the returns', async () => {
    const page = await readPage(world, '/console/reports?month=2026-10');
    expect(page).toContain('October 2026');
    expect(page).not.toContain('so far');
    expect(page).toMatch(/acme – 2 – – 2 – 0 % borealis – 1 – – – – – all 0 3 0 0 2 0 0 %/);
    expect(page).toMatch(/available 3 2 1 damaged 3 2 1 Of the returns .*: 6 units\./);
    expect(page).toMatch(/acme 24 h 24 h Timed from the dock: 2;/);
    expect(page).toMatch(/held, closed acme 1/);
    const { text } = await world.api('/console/reports?month=2026-10');
    const [, path = ''] = /href="([^"]+differs=hold-closed[^"]*)"/.exec(text) ?? [];
    const list = await readPage(world, path.replaceAll('&amp;', '&'));
    expect(list).toContain('1 return');
    expect(list).toContain('90001');
  });

  it('says of what the share is, and is of the present month where none is filled in', async () => {
    const page = await readPage(world, '/console/reports?month=&merchant=');
    expect(page).toContain('so far');
    expect(page).toContain('The share refunded is of what was refunded, flagged or held.');
  });

  it('can be of one merchant, and leads to the months beside it', async () => {
    const page = await readPage(world, '/console/reports?month=2026-10&merchant=borealis');
    expect(page).not.toContain('acme –');
    expect(page).toContain('No return was decided in this month.');
    const { text } = await world.api('/console/reports?month=2026-10&merchant=borealis');
    expect(text).toContain('href="/console/reports?month=2026-09&amp;merchant=borealis" rel="prev"');
    expect(text).toContain('rel="next"');
  });

  it('is that of the present month unless asked, of which there is none after', async () => {
    const { text } = await world.api('/console/reports?merchant=');
    expect(text).toContain(', so far</h2>');
    expect(text).not.toContain('rel="next"');
  });

  it('is none of a month that has not begun, or of what is no month', async () => {
    for (const month of ['2099-01', '2026-13', 'nonsense']) {
      const reply = await world.api(`/console/reports?month=${month}`);
      expect([reply.status, reply.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    }
  });
});

describe('what is downloaded in the console', () => {
  it('is the file that the API sends', async () => {
    for (const [own, api] of [
      [
        '/console/returns.csv?merchant=acme&dated=received&sort=oldest',
        '/api/returns.csv?merchant=acme&dated=received&sort=oldest',
      ],
      ['/console/reports.csv?month=2026-10', '/api/reports/2026-10.csv'],
    ] as const) {
      const [shown, sent] = await Promise.all([world.api(own), world.api(api)]);
      expect(shown.status).toBe(200);
      expect(shown.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(shown.headers.get('content-disposition')).toBe(sent.headers.get('content-disposition'));
      const lines = (text: string) =>
        text
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')
          .trim()
          .split('\r\n');
      expect(lines(shown.text)).toEqual(lines(sent.text));
      expect(lines(shown.text)).toHaveLength(3);
    }
  });
});
