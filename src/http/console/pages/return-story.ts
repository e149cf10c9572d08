import type { VendorCall } from '../../../connections/calls.ts';
import type { ShownReturn } from '../../../operations/operations.ts';
import type { TimelineLine } from '../../../returns-store/queries.ts';
import { type Html, html, time } from '../html.ts';
import { type LifePoint, lifeOf, type StoryStep, tellStory } from '../story.ts';

/** What happened, in order; each call to a vendor is folded under what it was for. */
export function story(timeline: readonly TimelineLine[], calls: readonly VendorCall[]): Html {
  const steps = tellStory(timeline, calls);
  return html`<ol class="timeline">${steps.map((step) => stepLine(step, calls))}</ol>`;
}

function stepLine(step: StoryStep, calls: readonly VendorCall[]): Html {
  const { at, words, events, details, times, isTrouble } = step;
  const { from, to, what } = words;
  const often = times === 1 ? '' : `, ${times} times`;
  const tries = step.calls.length < 2 ? '' : `, in ${step.calls.length} calls`;
  return html`<li class="${isTrouble ? 'trouble' : ''}">
    ${time(at, 'exact')}
    <span class="who">${from}${to === null ? null : ` to ${to}`}</span>
    <div class="what">
      <p><span class="happened">${what}${often}${tries}</span> ${events.length === 0 ? null : html`<code>${events.join(', ')}</code>`}</p>
      ${details.map((detail) => html`<p class="detail">${detail}</p>`)}
      ${step.calls.map((call) => callDetails(call, calls.indexOf(call)))}
    </div>
  </li>`;
}

function callDetails({ at, request, body, answer, tookMs }: VendorCall, index: number): Html {
  const [, status = answer, json = ''] = /^(\d{3})(?: (.*))?$/s.exec(answer) ?? [];
  return html`<details class="call" id="call-${index}">
    <summary><code>${request}</code> ${status}, ${tookMs} ms</summary>
    <p class="hint">${time(at, 'exact')}</p>
    ${body === null ? null : html`<p class="hint">Sent</p><pre>${indented(body)}</pre>`}
    ${json === '' ? null : html`<p class="hint">Answered</p><pre>${indented(json)}</pre>`}
  </details>`;
}

/** JSON as people read it; what was cut off is shown as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** How far the return has come, as a line of points. */
export function lifeLine(shown: ShownReturn): Html {
  return html`<ol class="life" aria-label="How far it has come">${lifeOf(shown, shown.timeline).map(lifePoint)}</ol>`;
}

function lifePoint({ name, at, isPassed }: LifePoint): Html {
  return html`<li class="${isPassed ? 'passed' : 'ahead'}"><span class="point">${name}</span> ${
    at !== null ? time(at) : html`<span class="empty">${isPassed ? 'not told when' : 'not yet'}</span>`
  }</li>`;
}
