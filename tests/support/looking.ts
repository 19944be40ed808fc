import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { adminKey } from './service.ts'

/** A page of the console whose reader has signed in with the key of all tests. */
export async function signedIn(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL, ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto('/operator/sign-in')
  await page.getByLabel(/key/i).fill(adminKey)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.waitForURL('**/operator')
  return page
}

/**
 * What axe finds wrong by WCAG 2.2 AA and its own best practice, what does not fit the width, and what is too small to be
 * hit; everything that can be unfolded is.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    // Of those that share a name only one is open at a time.
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details:not([name])'))
      details.open = true
    // Contrast cannot be judged above a gradient.
    const flat = new CSSStyleSheet()
    flat.replaceSync('main::before { display: none }')
    document.adoptedStyleSheets = [flat]
  })
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map(
      ({ id, nodes }: any) => `${id}: ${nodes.map((n: any) => n.html)}`,
    ) as string[]
  })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  return overflow > 0 ? [...violations, `${overflow} px too wide`] : violations
}
