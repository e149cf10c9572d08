import { parser } from '@prometheus-io/lezer-promql';
import { expect } from 'vitest';
import type { Sample, Scrape } from './scrape.ts';

/** What a query asks of one metric. */
export interface Selector {
  readonly name: string;
  /** Each label that is named, with the values that are asked for: none where all of them are. */
  readonly labels: readonly { readonly label: string; readonly values: readonly string[] }[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** The labels that it groups by. */
  readonly groupedBy: readonly string[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function nodesOf(top: Node, type: string): Node[] {
  const found: Node[] = [];
  top.cursor().iterate((ref) => {
    if (ref.name === type) found.push(ref.node);
  });
  return found;
}

/**
 * Reads a query with Prometheus' own grammar. A variable of Grafana in it stands for something, whatever it is.
 * @throws where it is none
 */
export function readQuery(expr: string): Query {
  const text = expr.replaceAll('$__rate_interval', '5m');
  const top = parser.parse(text).topNode;
  const textOf = (node: Node) => text.slice(node.from, node.to);
  const [wrong] = nodesOf(top, '⚠');
  if (wrong !== undefined)
    throw new Error(`This is no query from ${JSON.stringify(text.slice(wrong.from))} on: ${expr}`);
  const selectors = nodesOf(top, 'VectorSelector').map((selector) => ({
    name: nodesOf(selector, 'Identifier').map(textOf).join(),
    labels: nodesOf(selector, 'UnquotedLabelMatcher').map((matcher) => ({
      label: nodesOf(matcher, 'LabelName').map(textOf).join(),
      values: valuesIn(nodesOf(matcher, 'StringLiteral').map(textOf).join()),
    })),
  }));
  const groupedBy = nodesOf(top, 'GroupingLabels').flatMap((node) => nodesOf(node, 'LabelName').map(textOf));
  return { selectors, groupedBy };
}

function valuesIn(literal: string): string[] {
  const value = literal.slice(1, -1);
  return value.startsWith('$') ? [] : value.split('|');
}

/** What Prometheus itself knows of every target, and adds. */
const addedByPrometheus = ['job', 'instance'];

/** Holds that a scrape has what a query asks for: metrics, labels and values. */
export function expectIn({ samples }: Pick<Scrape, 'samples'>, expr: string, where: string): void {
  const { selectors, groupedBy } = readQuery(expr);
  expect(selectors.length, where).toBeGreaterThan(0);
  // Prometheus makes `up` itself.
  for (const { name, labels } of selectors.filter((one) => one.name !== 'up')) {
    const found = samples.filter((sample) => sample.name === name);
    expect(found.length, `${where}: ${name}`).toBeGreaterThan(0);
    const known = labelsOf(found);
    for (const { label, values } of labels.filter((one) => !addedByPrometheus.includes(one.label))) {
      expect(known.get(label), `${where}: ${name} ${label}`).toEqual(expect.arrayContaining([...values]));
    }
    for (const label of groupedBy.filter((one) => !addedByPrometheus.includes(one)))
      expect([...known.keys()], `${where}: ${name}`).toContain(label);
  }
}

function labelsOf(samples: readonly Sample[]): Map<string, string[]> {
  const known = new Map<string, string[]>();
  for (const { labels } of samples)
    for (const [label, value] of Object.entries(labels))
      known.set(label, [...(known.get(label) ?? []), value]);
  return known;
}
