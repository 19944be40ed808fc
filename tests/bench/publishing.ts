import type { Service } from '../support/service.ts'
import { filledService, posted } from './filled-service.ts'
import { cpuTime, percentile } from './measure.ts'
import type { Report } from './report.ts'

const ROUNDS = 20
const UPDATES = 10

const others = ['de', 'fr', 'es', 'hi', 'ja']

/**
 * From the answer to an operator's POST until the new HTML and summary.json are served, by number of past incidents; in six
 * languages too.
 */
export async function publishing(report: Report, sizes: number[]): Promise<void> {
  const pasts = sizes.length > 0 ? sizes : [10, 1000]
  for (const past of pasts) await publishingIn(report, past, [])
  await publishingIn(report, pasts.at(-1)!, others)
}

async function publishingIn(report: Report, pastIncidents: number, languages: string[]) {
  const spoken = languages.length > 0 ? ` in ${languages.length + 1} languages` : ''
  const scene = `50 components, ${pastIncidents} past incidents${spoken}`
  report.progress(`publish: filling ${scene}`)
  await using service = await filledService(50, pastIncidents, {}, languages)
  const last = languages.at(-1)
  const samples: number[] = []
  const all: number[] = []
  const before = cpuTime(service.pid())
  for (let round = 0; round < ROUNDS; round++)
    for (const { first, every } of await story(service, round, last)) {
      samples.push(first)
      all.push(every)
    }
  const cpu = (cpuTime(service.pid()) - before) / (ROUNDS * (UPDATES + 1))
  const p99 = percentile(samples, 0.99)
  report.add({ what: `CPU per publication, ${scene}`, ours: `${cpu.toFixed(0)} ms` })
  report.add({
    what: `POST answered -> served, ${scene}`,
    ours: told(samples),
    against: 'p99 < 100 ms',
    met: p99 < 100,
  })
  if (last) report.add({ what: `the same, served in all of them`, ours: told(all) })
}

function told(samples: number[]): string {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => percentile(samples, share).toFixed(0))
  return `p50 ${p50}, p90 ${p90}, p99 ${p99} ms`
}

/** An incident from its beginning to its end; milliseconds per update, and until its last language is there too. */
async function story(service: Service, round: number, language: string | undefined) {
  const samples: { first: number; every: number }[] = []
  const id = await posted(service, '/api/admin/incidents', {
    name: `Bench ${round}`,
    body: 'The beginning.',
    components: [{ key: `component-${round}`, status: 'partial_outage' }],
  })
  for (let update = 1; update <= UPDATES; update++) {
    const marker = `Update ${round}-${update}.`
    const status = update < UPDATES ? 'identified' : 'resolved'
    await posted(service, `/api/admin/incidents/${id}/updates`, { status, body: marker })
    const answeredAt = performance.now()
    // A resolved incident leaves the summary, so the page alone tells.
    const paths = status === 'resolved' ? ['/'] : ['/', '/api/v2/summary.json']
    for (const path of paths) await untilServed(service.url + path, marker)
    const first = performance.now() - answeredAt
    if (language) await untilServed(`${service.url}/${language}/`, marker)
    samples.push({ first, every: performance.now() - answeredAt })
    // One operator, one update after the other: the rest of the last one is published first.
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return samples
}

/** Asks every few milliseconds, as reading itself costs the server something. */
async function untilServed(url: string, marker: string): Promise<void> {
  while (!(await (await fetch(url)).text()).includes(marker))
    await new Promise((resolve) => setTimeout(resolve, 2))
}
