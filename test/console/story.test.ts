import { describe, expect, it } from 'vitest';
import type { VendorCall } from '../../src/connections/calls.ts';
import { lifeOf, type StoryStep, tellStory } from '../../src/http/console/story.ts';
import type { TimelineLine } from '../../src/returns-store/queries.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 8, 0, second));
const line = (second: number, event: string, detail: string | null = null): TimelineLine => ({
  at: at(second),
  event,
  detail,
});
const call = (
  second: number,
  vendor: VendorCall['vendor'],
  request: string,
  answer = '200 true',
): VendorCall => ({
  at: at(second),
  vendor,
  request,
  body: null,
  answer,
  tookMs: 5,
});
const rmas = (second: number, answer = '201') => call(second, 'masonhub', 'POST /acme/api/v1/rmas', answer);
const loop = (second: number, action: string, answer?: string) =>
  call(second, 'loop', `POST /api/2026-10/warehouse/return/1/${action}`, answer);
const told = (steps: readonly StoryStep[]) =>
  steps.map(({ words, calls, times }) => [words.what, calls.length, times]);

describe('what happened to a return is told once', () => {
  it('an RMA that is sent, the calls and MasonHub’s answer are one step', () => {
    const asks = '1 × TEE-1; package 1';
    const [created, opened, ...others] = tellStory(
      [line(0, 'return.created', 'open'), line(1, 'rma.sent', asks), line(4, 'rma.created', asks)],
      [rmas(1, '503'), rmas(3)],
    );
    expect(others).toEqual([]);
    expect(created).toMatchObject({ words: { what: 'a return is created' }, calls: [], details: ['open'] });
    expect(opened).toEqual({
      at: at(4),
      words: { from: 'MasonHub', to: null, what: 'RMA opened' },
      events: ['rma.sent', 'rma.created'],
      details: [asks],
      calls: [rmas(1, '503'), rmas(3)],
      times: 1,
      isTrouble: false,
    });
  });

  it('a refusal and that the return needs attention for it are one step, and the retry begins another', () => {
    const steps = tellStory(
      [
        line(1, 'rma.sent', 'asks'),
        line(2, 'rma.refused'),
        line(2, 'attention', 'SKU not found'),
        line(9, 'retry', 'rma'),
        line(9, 'rma.sent', 'asks'),
        line(10, 'rma.created', 'asks'),
      ],
      [rmas(1), rmas(9)],
    );
    expect(told(steps)).toEqual([
      ['RMA refused', 1, 1],
      ['asked for another try', 0, 1],
      ['RMA opened', 1, 1],
    ]);
    expect(steps[0]).toMatchObject({ isTrouble: true, details: ['asks', 'SKU not found'] });
    expect(steps[2]).toMatchObject({ isTrouble: false, calls: [rmas(9)] });
  });

  it('what comes to need attention later is a step of its own', () => {
    const steps = tellStory([line(1, 'receipt', 'a'), line(2, 'attention', 'b')], []);
    expect(steps.map(({ words, isTrouble }) => [words.what, isTrouble])).toEqual([
      ['the receipt', false],
      ['needs attention', true],
    ]);
  });

  it('each message to Loop has its own calls, whatever their order', () => {
    const steps = tellStory(
      [
        line(5, 'decided.flag', 'damaged'),
        line(5, 'decided.by', 'available is good'),
        line(7, 'dispositions.reported'),
        line(8, 'flag.accepted'),
        line(9, 'note.added', 'the note'),
      ],
      [
        loop(5, 'flag'),
        call(6, 'loop', 'POST /api/2026-10/dispositioning/assess'),
        loop(7, 'flag'),
        loop(8, 'note'),
      ],
    );
    expect(
      steps.map(({ words, calls }) => [words.what, calls.map(({ request }) => request.split('/').at(-1))]),
    ).toEqual([
      ['decided: flag for review', []],
      ['what became of the items, reported', ['assess']],
      ['flag for review, accepted', ['flag', 'flag']],
      ['note, added', ['note']],
    ]);
    expect(steps[0]?.details).toEqual(['damaged', 'available is good']);
  });

  it('the same told again is counted, something else between begins anew', () => {
    const again = (second: number) => line(second, 'return.updated', 'open');
    const steps = tellStory([again(1), again(2), line(3, 'label.created'), again(4)], []);
    expect(told(steps)).toEqual([
      ['the return has changed', 0, 2],
      ['a label is made', 0, 1],
      ['the return has changed', 0, 1],
    ]);
  });

  it('tries that nothing has come of yet are one step, and those of an RMA on its way are with it', () => {
    const steps = tellStory(
      [line(1, 'rma.sent', 'asks')],
      [rmas(1, '503'), rmas(2, '503'), loop(3, 'flag', '500'), loop(4, 'flag', '500')],
    );
    expect(told(steps)).toEqual([
      ['the RMA is sent', 2, 1],
      ['a call', 2, 1],
    ]);
  });

  it('leaves out no line and no call', () => {
    const timeline = [line(1, 'rma.sent', 'a'), line(2, 'what.is.new', 'b'), line(3, 'rma.replaced', 'c')];
    const calls = [
      rmas(1),
      loop(2, 'whatever'),
      call(3, 'loop', 'GET /api/2026-10/warehouse/return/details'),
    ];
    const steps = tellStory(timeline, calls);
    expect(steps.flatMap(({ events }) => events).toSorted()).toEqual([
      'rma.replaced',
      'rma.sent',
      'what.is.new',
    ]);
    expect(steps.flatMap((step) => step.calls)).toHaveLength(3);
    expect(steps.flatMap(({ details }) => details).toSorted()).toEqual(['a', 'b', 'c']);
  });
});

describe('how far a return has come', () => {
  const dates = { createdAt: at(0), dockedAt: null, receivedAt: null, decidedAt: null };

  it('is up to the last point that it came by', () => {
    const points = lifeOf(dates, [line(1, 'rma.created')]);
    expect(points.map(({ name, isPassed }) => [name, isPassed])).toEqual([
      ['Created', true],
      ['RMA opened', true],
      ['At the warehouse', false],
      ['Received', false],
      ['Decided', false],
    ]);
    expect(points[1]?.at).toEqual(at(1));
  });

  it('has passed a point that nobody told of, once it came by a later one', () => {
    const points = lifeOf({ ...dates, receivedAt: at(5) }, []);
    expect(points.map(({ at, isPassed }) => [at !== null, isPassed])).toEqual([
      [true, true],
      [false, true],
      [false, true],
      [true, true],
      [false, false],
    ]);
  });
});
