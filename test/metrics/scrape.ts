import { expect } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The metrics as Prometheus reads them. */
export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** The types of the families, by their names. */
  readonly types: ReadonlyMap<string, string>;
  /** The sum of all samples with this name and these labels; null where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | null;
}

/**
 * Reads Prometheus' text format.
 * @throws where a line is none that the format knows, or a sample has no family
 */
export function parseMetrics(text: string): Scrape {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/.exec(line);
    if (type !== null) types.set(type[1] ?? '', type[2] ?? '');
    else if (!/^# HELP [a-zA-Z_:][\w:]* \S/.test(line)) samples.push(parseSample(line));
  }
  for (const { name } of samples) {
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(family)) throw new Error(`${name} has no TYPE`);
  }
  return {
    text,
    samples,
    types,
    value: (name, labels = {}) => {
      const found = samples.filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      );
      return found.length === 0 ? null : found.reduce((sum, one) => sum + one.value, 0);
    },
  };
}

function parseSample(line: string): Sample {
  const [, name, all = '', value = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`This is no line of the text format: ${line}`);
  const labels: Record<string, string> = {};
  let rest = all;
  while (rest !== '') {
    const [whole, label, text] = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest) ?? [];
    if (whole === undefined || label === undefined || text === undefined) {
      throw new Error(`These are no labels: ${line}`);
    }
    labels[label] = text;
    rest = rest.slice(whole.length);
  }
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(number) && value !== 'Nan' && value !== 'NaN')
    throw new Error(`This is no number: ${line}`);
  return { name, labels, value: number };
}

/** What the service tells Prometheus now. */
export async function scrape(world: Pick<World, 'api'>): Promise<Scrape> {
  const reply = await world.api('/metrics');
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseMetrics(reply.text);
}

/** The scrape in which something holds: the gauges are looked up every few seconds only. */
export const untilScrape = (holds: (now: Scrape) => boolean, of: Pick<World, 'api'>) =>
  until(
    async () => {
      const now = await scrape(of);
      return holds(now) && now;
    },
    async () => (await scrape(of)).text.replace(/^(?!masonhub).*\n/gm, ''),
  );
