import type { Service } from '../support/service.ts'
import { filledService, posted } from './filled-service.ts'
import { cpuTime, percentile } from './measure.ts'
import type { Report } from './report.ts'

const ROUNDS = 20
const UPDATES = 10

/** From the answer to an operator's POST until the new HTML and summary.json are served, by number of past incidents. */
export async function publishing(report: Report, sizes: number[]): Promise<void> {
  for (const pastIncidents of sizes.length > 0 ? sizes : [10, 1000]) {
    report.progress(`publish: filling ${pastIncidents} past incidents`)
    await using service = await filledService(50, pastIncidents)
    const samples: number[] = []
    const before = cpuTime(service.pid())
    for (let round = 0; round < ROUNDS; round++) samples.push(...(await story(service, round)))
    const cpu = (cpuTime(service.pid()) - before) / (ROUNDS * (UPDATES + 1))
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => percentile(samples, share)) as [
      number,
      number,
      number,
    ]
    report.add({
      what: `CPU per publication, 50 components, ${pastIncidents} past incidents`,
      ours: `${cpu.toFixed(0)} ms`,
    })
    report.add({
      what: `POST answered -> served, 50 components, ${pastIncidents} past incidents`,
      ours: `p50 ${p50.toFixed(0)}, p90 ${p90.toFixed(0)}, p99 ${p99.toFixed(0)} ms`,
      against: 'p99 < 100 ms',
      met: p99 < 100,
    })
  }
}

/** An incident from its beginning to its end; milliseconds per update. */
async function story(service: Service, round: number): Promise<number[]> {
  const samples: number[] = []
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
    samples.push(performance.now() - answeredAt)
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
