import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

const focused = z.object({ text: z.string(), isOutlined: z.boolean() });
const focusOf = async (page: Page) =>
  focused.parse(
    await page.evaluate(`(() => {
      const { activeElement } = document;
      return {
        text: activeElement.textContent.trim(),
        isOutlined: getComputedStyle(activeElement).outlineStyle === 'solid',
      };
    })()`),
  );

/** Goes with the Tab key to what has this text, and sees on the way that the focus can be seen. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press('Tab');
    const focus = await focusOf(page);
    expect(focus, `the focus on ${focus.text} can be seen`).toMatchObject({ isOutlined: true });
    if (focus.text === text) return;
  }
  throw new Error(`${text} cannot be reached by the Tab key`);
}
