import type { Day } from '../../../returns-store/statistics.ts';
import { type Html, html, table } from '../html.ts';
import { live } from '../layout.ts';
import { bars, dayName, duration, lines, type Series } from '../plots.ts';

/** The last days as plots, each with its numbers in a table. */
export function statisticsSections(days: readonly Day[]): Html {
  const names = days.map(({ day }) => day);
  const counts = [
    { name: 'Created', colour: 'created', values: days.map((day) => day.created) },
    { name: 'Refund messages accepted', colour: 'processed', values: days.map((day) => day.processed) },
    { name: 'Flagged', colour: 'flagged', values: days.map((day) => day.flagged) },
    { name: 'Came to need attention', colour: 'attention', values: days.map((day) => day.attention) },
  ] as const satisfies readonly Series[];
  return html`
    ${live(
      'days',
      `The last ${days.length} days`,
      html`<div class="plots">${counts.map((series) => plot(names, series))}</div>
      <details id="days-table"><summary>These numbers as a table</summary>${countTable(days)}</details>`,
    )}
    ${live('waits', 'From the receipt to the message', waits(days))}`;
}

function plot(days: readonly string[], series: Series): Html {
  const sum = series.values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return html`<div class="plot"><p class="plot-name"><strong>${sum.toLocaleString('en')}</strong> ${series.name}</p>${bars(`days-${series.colour}`, days, series)}</div>`;
}

function countTable(days: readonly Day[]): Html {
  return table(
    'Returns by day',
    [
      { title: 'Day' },
      { title: 'Created', isNumber: true },
      { title: 'Refund messages accepted', isNumber: true },
      { title: 'Flagged', isNumber: true },
      { title: 'Came to need attention', isNumber: true },
    ],
    days
      .toReversed()
      .map((day) => [dayName(day.day), day.created, day.processed, day.flagged, day.attention]),
  );
}

function waits(days: readonly Day[]): Html {
  const names = days.map(({ day }) => day);
  const series: readonly Series[] = [
    { name: 'Median', colour: 'median', values: days.map(({ wait }) => wait?.median ?? null) },
    { name: '95th percentile', colour: 'p95', values: days.map(({ wait }) => wait?.p95 ?? null) },
  ];
  if (days.every(({ wait }) => wait === null))
    return html`<p>Loop has accepted no message in these days.</p>`;
  return html`<p class="hint">How long it takes from a decided receipt until Loop has accepted the refund message or the flag.</p>
    <div class="plots"><div class="plot wide">
      <ul class="legend">${series.map(({ name, colour }) => html`<li class="key-${colour}">${name}</li>`)}</ul>
      ${lines('waits-plot', names, 'Time from the receipt to the message, median and 95th percentile', series, duration)}
    </div></div>
    <details id="waits-table"><summary>These times as a table</summary>${table(
      'Time from the receipt to the message by day',
      [{ title: 'Day' }, { title: 'Median', isNumber: true }, { title: '95th percentile', isNumber: true }],
      days
        .toReversed()
        .map(({ day, wait }) => [
          dayName(day),
          wait === null ? null : duration(wait.median),
          wait === null ? null : duration(wait.p95),
        ]),
    )}</details>`;
}
