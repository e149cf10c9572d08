import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fileText, tableUnder } from '../support/pages.ts';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';
import { scrape } from './scrape.ts';

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string() }),
});
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })).length(1),
});
const rules = rulesFile
  .parse(parse(await fileText('src/metrics/alerts.rules.yaml')))
  .groups.flatMap((group) => group.rules);

/** The metrics that an expression asks for, each with its labels and what they have to be. */
function selectorsIn(expr: string) {
  return [...expr.matchAll(/\b(up|masonhub_loop_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/(\w+)(=~?)"([^"]*)"/g)].map(([, label = '', , value = '']) => ({
        label,
        values: value.split('|'),
      })),
    }),
  );
}

const groupedBy = (expr: string) =>
  [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));

describe('the alert rules', () => {
  it('ask only for metrics, labels and values that a scrape has', async () => {
    await using world = await startWorld();
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    const { samples } = await until(
      async () => {
        const now = await scrape(world);
        return now.value('masonhub_loop_returns', { status: 'processed' }) === 1 && now;
      },
      () => 'the return in the metrics',
    );
    for (const { alert, expr } of rules) {
      const selectors = selectorsIn(expr);
      expect(selectors.length, alert).toBeGreaterThan(0);
      // Prometheus makes `up` itself.
      for (const { name, labels } of selectors.filter((one) => one.name !== 'up')) {
        const found = samples.filter((sample) => sample.name === name);
        expect(found.length, `${alert}: ${name}`).toBeGreaterThan(0);
        for (const { label, values } of labels) {
          const known = found.map((sample) => sample.labels[label]);
          expect(known, `${alert}: ${name} ${label}`).toEqual(expect.arrayContaining(values));
        }
        const labelNames = new Set(found.flatMap((sample) => Object.keys(sample.labels)));
        for (const label of groupedBy(expr)) expect(labelNames, `${alert}: ${name}`).toContain(label);
      }
    }
  });

  it('each have an entry in the README beside them, and the other way round', async () => {
    const entries = await tableUnder('src/metrics/README.md', 'Alerts');
    expect(entries.map(([name]) => name)).toEqual(rules.map(({ alert }) => `\`${alert}\``));
    for (const cells of entries)
      expect(
        cells.filter((cell) => cell !== ''),
        cells[0],
      ).toHaveLength(3);
  });
});
