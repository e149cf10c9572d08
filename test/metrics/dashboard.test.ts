import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fileText } from '../support/pages.ts';
import { expectIn, readQuery } from './promql.ts';
import { scrapeAfterRefund } from './refunded.ts';
import type { Scrape } from './scrape.ts';

const width = 24;
const place = z.object({
  x: z.int().min(0),
  y: z.int().min(0),
  w: z.int().min(1).max(width),
  h: z.int().min(1),
});
const source = z.object({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) });
const target = z.object({
  refId: z.string().min(1),
  datasource: source,
  expr: z.string(),
  legendFormat: z.string(),
});
const panel = z.object({
  id: z.int().positive(),
  type: z.enum(['stat', 'timeseries']),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource: source,
  gridPos: place,
  targets: z.array(target).min(1),
});
const row = z.object({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  gridPos: place,
  repeat: z.string().optional(),
  panels: z.array(panel),
});
const variables = z.tuple([
  z.object({ name: z.literal('datasource'), type: z.literal('datasource'), query: z.literal('prometheus') }),
  z.object({
    name: z.literal('merchant'),
    type: z.literal('query'),
    datasource: source,
    multi: z.literal(true),
    includeAll: z.literal(true),
    query: z.object({ query: z.string() }),
  }),
]);
const dashboard = z
  .object({
    uid: z.string().min(1),
    title: z.string().min(1),
    schemaVersion: z.int(),
    templating: z.object({ list: variables }),
    panels: z.array(z.discriminatedUnion('type', [row, panel])),
  })
  .parse(JSON.parse(await fileText('src/metrics/grafana-dashboard.json')));

/** Everything on the page, what is inside a closed row as if it were open. */
const everything = dashboard.panels.flatMap((one) => ('panels' in one ? [one, ...one.panels] : [one]));
const panels = everything.flatMap((one) => ('targets' in one ? [one] : []));

let seen: Scrape;
beforeAll(async () => {
  seen = await scrapeAfterRefund();
});

describe('the dashboard for Grafana', () => {
  it.each(panels.map((one) => [one.title, one] as const))(
    'asks only for what a scrape has: %s',
    (title, { targets }) => {
      for (const { expr, legendFormat } of targets) {
        expectIn(seen, expr, title);
        // A series is named by labels that the query leaves.
        const { groupedBy, selectors } = readQuery(expr);
        const left = groupedBy.length > 0 ? groupedBy : ['instance', ...selectors.map(({ name }) => name)];
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(left).toContain(label);
      }
      const refs = targets.map(({ refId }) => refId);
      expect(new Set(refs).size).toBe(refs.length);
    },
  );

  it('has each panel at a place of its own', () => {
    const ids = everything.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, gridPos } of everything)
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(width);
    for (const [index, { title, gridPos: one }] of everything.entries()) {
      for (const { title: otherTitle, gridPos: other } of everything.slice(index + 1)) {
        const isBeside = one.x + one.w <= other.x || other.x + other.w <= one.x;
        const isAbove = one.y + one.h <= other.y || other.y + other.h <= one.y;
        expect(isBeside || isAbove, `${title} and ${otherTitle}`).toBe(true);
      }
    }
  });

  it('lets one choose the Prometheus and the merchants, who are in the metrics', () => {
    const [, { query }] = dashboard.templating.list;
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? [];
    const values = seen.samples.filter(({ name }) => name === metric).map(({ labels }) => labels[label]);
    expect(values).toContain('acme');
    const repeated = dashboard.panels.filter((one) => 'repeat' in one && one.repeat === 'merchant');
    expect(repeated).toHaveLength(1);
  });

  it('shows every metric of the service', () => {
    const shown = new Set(
      panels.flatMap(({ targets }) =>
        targets.flatMap(({ expr }) => readQuery(expr).selectors.map(({ name }) => name)),
      ),
    );
    const own = [...seen.types.keys()].filter((name) => name.startsWith('masonhub_loop_'));
    const isShown = (name: string) =>
      [name, `${name}_bucket`, `${name}_count`].some((family) => shown.has(family));
    expect(own.filter((name) => !isShown(name))).toEqual([]);
  });
});

describe('a query', () => {
  it('that Prometheus would not read is found', () => {
    expect(() => readQuery('sum by (merchant (masonhub_loop_returns)')).toThrow('no query');
  });
});
