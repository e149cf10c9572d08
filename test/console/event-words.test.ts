import { describe, expect, it } from 'vitest';
import { eventWords } from '../../src/http/console/event-words.ts';
import { WEBHOOKS } from '../../src/vendors/loop/webhooks-api.ts';

/** That every name of this service's own has words is for the compiler to see. */
describe('what Loop tells of a return', () => {
  it.each([...WEBHOOKS.map(({ trigger }) => trigger), 'label.requested', 'label.closed'])(
    'has words of its own where it is usual: %s',
    (trigger) => {
      const { from, to, what } = eventWords(trigger);
      expect({ from, to }).toEqual({ from: 'Loop', to: null });
      expect(what).not.toContain(trigger);
    },
  );

  it('is shown by its name where that is new', () => {
    const what = 'tells of the return (return.melted)';
    expect(eventWords('return.melted')).toEqual({ from: 'Loop', to: null, what });
  });
});
