import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

const focused = z.object({ text: z.string(), name: z.string(), isOutlined: z.boolean() });

async function focusOf(page: Page) {
  return focused.parse(
    await page.evaluate(`(() => {
      const { activeElement } = document;
      return {
        text: activeElement.textContent.trim(),
        name: activeElement.getAttribute('aria-label') ?? activeElement.id,
        // After the last element the focus leaves the page, and then begins anew.
        isOutlined:
          activeElement === document.body || getComputedStyle(activeElement).outlineStyle === 'solid',
      };
    })()`),
  );
}

/**
 * Presses the Tab key until the focus is on what has this text, accessible name or id; on its way the focus can
 * always be seen.
 */
export async function tabTo(page: Page, what: string): Promise<void> {
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press('Tab');
    const focus = await focusOf(page);
    expect(focus, `the focus on ${focus.text} can be seen`).toMatchObject({ isOutlined: true });
    if (focus.text === what || focus.name === what) return;
  }
  throw new Error(`${what} cannot be reached by the Tab key`);
}

/** Goes to it and presses Enter. */
export async function open(page: Page, what: string): Promise<void> {
  await tabTo(page, what);
  await page.keyboard.press('Enter');
}
