import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const violations = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
  passes: z.array(z.object({ id: z.string() })),
});

/** All of its rules are applied; naming each element that is as it should be takes longer than that. */
const run = `axe.run({ resultTypes: ['violations'] }).then(({ violations, passes }) => ({ violations, passes }))`;

/** What the checker complains of, and the rules that it could apply. */
export async function check(page: Page) {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const result = violations.parse(await page.evaluate(run));
  return {
    wrong: result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    passed: result.passes.map(({ id }) => id),
  };
}

/** How wide the content is, and how wide the screen, in pixels. */
export async function widths(page: Page): Promise<{ content: number; screen: number }> {
  const measured = await page.evaluate(
    '({ content: document.documentElement.scrollWidth, screen: window.innerWidth })',
  );
  return z.object({ content: z.number(), screen: z.number() }).parse(measured);
}
