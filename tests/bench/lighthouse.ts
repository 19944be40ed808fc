import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { findChromium, quiet } from '../support/chromium.ts'
import type { Report } from './report.ts'

const run = promisify(execFile)

/** Fetched when it is needed: a hundred packages that nothing else wants. */
const LIGHTHOUSE = 'lighthouse@13.5.0'
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const

const result = z.object({
  categories: z.record(z.enum(categories), z.object({ score: z.number() })),
  audits: z.looseObject({
    'network-requests': z.object({
      details: z.object({
        items: z.array(z.object({ resourceType: z.string(), transferSize: z.number() })),
      }),
    }),
    'first-contentful-paint': z.object({ numericValue: z.number() }),
    'total-blocking-time': z.object({ numericValue: z.number() }),
  }),
})

/** What Lighthouse says of a page on the phone it imagines: slow network, slow processor. */
export async function lighthouse(
  report: Report,
  name: string,
  url: string,
  dir: string,
): Promise<void> {
  const chromium = findChromium()
  if (!chromium) throw new Error('Lighthouse needs Chromium: say where it is with CHROMIUM')
  const file = join(dir, `lighthouse-${name.replaceAll(' ', '-')}.json`)
  const settings = [
    url,
    '--quiet',
    '--output=json',
    `--output-path=${file}`,
    `--only-categories=${categories.join(',')}`,
    `--chrome-flags=--headless=new ${quiet.join(' ')}`,
  ]
  await run('npm', ['exec', '--yes', `--package=${LIGHTHOUSE}`, '--', 'lighthouse', ...settings], {
    cwd: dir,
    env: { ...process.env, CHROME_PATH: chromium },
    timeout: 300_000,
  })
  const found = result.parse(JSON.parse(await readFile(file, 'utf8')))
  const scores = categories.map((category) => Math.round(found.categories[category].score * 100))
  report.add({
    what: `${name}: Lighthouse ${categories.join(', ')}`,
    ours: scores.join(', '),
    against: '100, 100, 100, 100',
    met: scores.every((score) => score === 100),
  })
  const requests = Map.groupBy(
    found.audits['network-requests'].details.items,
    (request) => request.resourceType,
  )
  const byType = [...requests].map(
    ([type, all]) =>
      `${all.length} ${type} ${all.reduce((sum, { transferSize }) => sum + transferSize, 0)} B`,
  )
  report.add({ what: `${name}: requests and bytes by type`, ours: byType.join(', ') })
  const paint = found.audits['first-contentful-paint'].numericValue
  const blocked = found.audits['total-blocking-time'].numericValue
  report.add({
    what: `${name}: first paint and blocking time on that phone`,
    ours: `${paint.toFixed(0)} ms, ${blocked.toFixed(0)} ms`,
  })
}
