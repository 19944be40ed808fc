import { setTimeout as sleep } from 'node:timers/promises'
import { spread } from '../measure.ts'
import type { Report } from '../report.ts'
import type { Scene, Watched } from './scene.ts'

const QUICK = 6
const USUAL = 6

/** Probes of components of their own: some as the demo's, some with the usual settings. */
export function trials(): Watched[] {
  return [
    ...alike('quick', QUICK, { interval: 5000, recheck: 1000, failures: 2, successes: 2 }),
    ...alike('usual', USUAL, { interval: 30_000, recheck: 10_000, failures: 3, successes: 2 }),
  ]
}

type Settings = Omit<Watched, 'name' | 'component' | 'ms'>

function alike(kind: string, count: number, settings: Settings): Watched[] {
  const names = Array.from({ length: count }, (_, i) => `${kind}-${i}`)
  return names.map((name) => ({ name, component: name, ms: 5, ...settings }))
}

/** From the first failing answer to the published page that shows it, less the time that re-checks take; and back. */
export async function detection(report: Report, scene: Scene): Promise<void> {
  const tried = scene.watched.filter(({ name }) => /^(quick|usual)-/.test(name))
  const what = `${scene.watched.length} probes`
  const page = pageOf(scene.service.url)
  for (const [turn, shown] of [
    ['breakDown', 'major_outage'],
    ['mend', 'operational'],
  ] as const) {
    report.progress(`probes: ${what}, ${turn === 'mend' ? 'mending' : 'breaking'}`)
    const waits = await Promise.all(
      tried.map(async (one, i) => {
        await sleep(i * 700)
        scene.targets[turn](one.name)
        const seenAt = await page.shows(one.component, shown)
        const { turnedAt } = (await scene.targets.visits())[one.name]!
        const times = turn === 'mend' ? one.successes : one.failures
        return { one, wait: seenAt - turnedAt!, rechecks: (times - 1) * one.recheck }
      }),
    )
    for (const kind of ['quick', 'usual']) {
      const mine = waits.filter(({ one }) => one.name.startsWith(kind))
      const beyond = mine.map(({ wait, rechecks }) => wait - rechecks)
      const [{ rechecks }] = mine as [(typeof mine)[number]]
      report.add({
        what: `${what}: ${turn === 'mend' ? 'good' : 'failing'} answer -> page, beyond ${rechecks / 1000} s of re-checks, ms`,
        ours: spread(beyond),
        against: '< 1000 ms',
        met: Math.max(...beyond) < 1000,
      })
    }
  }
}

type Page = { shows(component: string, status: string): Promise<number> }

/** One reader for all who wait: asks for the page and the summary every few milliseconds, and as a browser does. */
function pageOf(url: string): Page {
  const waiting = new Set<{ component: string; status: string; seen: (at: number) => void }>()
  const read = { summary: reader(`${url}/api/v2/summary.json`), home: reader(`${url}/`) }

  async function look(): Promise<void> {
    while (waiting.size > 0) {
      const { components } = JSON.parse(await read.summary()) as {
        components: { id: string; name: string; status: string }[]
      }
      const html = await read.home()
      const now = Date.now()
      for (const one of waiting) {
        const found = components.find(({ name }) => name === one.component)!
        const onPage = html.split(`href="/components/${found.id}"`).at(-1)!.split('</li>')[0]!
        if (found.status !== one.status || !onPage.includes(`icon ${one.status}`)) continue
        waiting.delete(one)
        one.seen(now)
      }
      await sleep(10)
    }
  }

  return {
    shows: (component, status) =>
      new Promise((seen, failed) => {
        waiting.add({ component, status, seen })
        if (waiting.size === 1) look().catch(failed)
      }),
  }
}

function reader(url: string): () => Promise<string> {
  let known = { etag: '', text: '' }
  return async () => {
    const answer = await fetch(url, { headers: { 'if-none-match': known.etag } })
    if (answer.status === 304) return known.text
    known = { etag: answer.headers.get('etag')!, text: await answer.text() }
    return known.text
  }
}
