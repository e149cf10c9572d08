import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fileText, tableUnder } from '../support/pages.ts';
import { expectIn } from './promql.ts';
import { scrapeAfterRefund } from './refunded.ts';

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

describe('the alert rules', () => {
  it('ask only for metrics, labels and values that a scrape has', async () => {
    const seen = await scrapeAfterRefund();
    for (const { alert, expr } of rules) expectIn(seen, expr, alert);
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
