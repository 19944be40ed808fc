import autocannon from 'autocannon'
import type { Service } from '../support/service.ts'
import { filledService, posted } from './filled-service.ts'
import { latencyOf } from './fanout/latency.ts'
import { percentile } from './measure.ts'
import type { Report } from './report.ts'

/** Who opens the page when the mail about an incident arrives. */
const BURST = 50_000
const AT_ONCE = 200
/** Readers of the storm are looked at as long, in seconds. */
const READ_FOR = 10

/** What readers feel while much is published, and when all come at once. */
export async function readers(report: Report): Promise<void> {
  report.progress('readers: filling')
  await using service = await filledService(50, 1000)
  await storm(report, service)
  await burst(report, service)
}

/** An incident is updated as fast as it can be, so that something is published all the time. */
async function storm(report: Report, service: Service): Promise<void> {
  report.progress(`readers: ${READ_FOR} s of calm, ${READ_FOR} s of storm`)
  const calm = await latencyOf(service.url, READ_FOR)
  const id = await open(service)
  let updates = 0
  const over = new AbortController()
  const posting = (async () => {
    while (!over.signal.aborted) {
      const body = { status: 'identified', body: `Update ${++updates}.`, notify: false }
      await posted(service, `/api/admin/incidents/${id}/updates`, body)
    }
  })()
  const stormy = await latencyOf(service.url, READ_FOR)
  over.abort()
  await posting
  report.add({
    what: `page while ${(updates / READ_FOR).toFixed(0)} updates a second are posted, 50 components`,
    ours: `p50 ${stormy.p50.toFixed(1)}, p99 ${stormy.p99.toFixed(1)} ms`,
    yardstick: `p50 ${calm.p50.toFixed(1)}, p99 ${calm.p99.toFixed(1)} ms (calm)`,
  })
}

async function burst(report: Report, service: Service): Promise<void> {
  report.progress(`readers: ${BURST} come at once`)
  const id = await open(service)
  const samples: number[] = []
  const { non2xx, errors, duration } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: `${service.url}/incidents/${id}`,
        amount: BURST,
        connections: AT_ONCE,
        headers: { 'accept-encoding': 'br' },
      },
      (error, result) => (error ? reject(error as Error) : resolve(result)),
    )
    run.on('response', (_client, _status, _bytes, ms) => samples.push(ms))
  })
  report.add({
    what: `${BURST} readers of a new incident, ${AT_ONCE} at once`,
    ours:
      `${(BURST / duration).toFixed(0)}/s, p50 ${percentile(samples, 0.5).toFixed(0)}, ` +
      `p99 ${percentile(samples, 0.99).toFixed(0)} ms, ${non2xx + errors} failed`,
    against: '0 failed',
    met: non2xx + errors === 0,
  })
}

/** Opens an incident and waits until its page is there. */
async function open(service: Service): Promise<string> {
  const id = await posted(service, '/api/admin/incidents', {
    name: 'Orders are slow',
    body: 'We are looking into it.',
    components: [{ key: 'component-1', status: 'partial_outage' }],
    notify: false,
  })
  while (!(await fetch(`${service.url}/incidents/${id}`)).ok)
    await new Promise((resolve) => setTimeout(resolve, 10))
  return id
}
