import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, published, type Service } from '../support/service.ts'
import { filledService, posted } from './filled-service.ts'
import { renderTimes } from './rendering.ts'
import { lighthouse } from './lighthouse.ts'
import { end, median, spread, startTime, throughput, type Throughput } from './measure.ts'
import type { Report } from './report.ts'

const paths = [
  ['page', '/'],
  ['summary.json', '/api/v2/summary.json'],
] as const

const ROUNDS = 3

/** Bytes and throughput of a page of 20 components x 90 days with 1,000 past incidents, beside a bare Hono server. */
export async function page(report: Report): Promise<void> {
  await large(report)
  report.progress('page: filling')
  await using service = await filledService(20, 1000)
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  try {
    for (const [name, path] of paths) await besideBare(report, service, path, name, dir)
    await lighthouse(report, 'home', `${service.url}/`, dir)
    await lighthouse(report, 'incident', await openIncident(service), dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** A page of 200 components: what it weighs, and what rendering it costs. */
async function large(report: Report): Promise<void> {
  report.progress('page: filling 200 components')
  await using service = await filledService(200, 100)
  const { bytes } = await rawBytes(`${service.url}/`)
  report.add({
    what: 'page of 200 components, bytes over the wire',
    ours: `${bytes.length} B`,
    against: '<= 61440 B',
    met: bytes.length <= 61_440,
  })
  const samples = await renderTimes(service.dir)
  report.add({
    what: 'page of 200 components, read and rendered, ms',
    ours: spread(samples, 1),
    against: '< 50 ms',
    met: median(samples) < 50,
  })
}

/** An incident under way, once its page is served; its address. */
async function openIncident(service: Service): Promise<string> {
  const id = await posted(service, '/api/admin/incidents', {
    name: 'Orders are slow',
    body: 'Orders take longer than they should. We are looking into it.',
    components: [{ key: 'component-0', status: 'partial_outage' }],
  })
  await published(service)
  return `${service.url}/incidents/${id}`
}

async function besideBare(
  report: Report,
  service: Service,
  path: string,
  name: string,
  dir: string,
): Promise<void> {
  const url = service.url + path
  const answer = await rawBytes(url)
  const size = answer.bytes.length
  report.add({
    what: `${name}, bytes over the wire`,
    ours: `${size} B`,
    ...(name === 'page' ? { against: '<= 14336 B', met: size <= 14_336 } : {}),
  })
  const file = join(dir, 'body')
  await writeFile(file, answer.bytes)
  const port = await freePort()
  const bareUrl = `http://127.0.0.1:${port}/`
  const bare = join(import.meta.dirname, 'bare.ts')
  const args = [bare, String(port), file, JSON.stringify(answer.headers)]
  const { child } = await startTime(args, {}, bareUrl)
  // In turns, so that a slow moment of the machine hits both.
  const rounds: { ours: Throughput; theirs: Throughput }[] = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({
      theirs: await throughput(bareUrl, child.pid!),
      ours: await throughput(url, service.pid()),
    })
  await end(child)
  const ratio = median(rounds.map(({ ours, theirs }) => ours.speed / theirs.speed))
  report.add({
    what: `${name}, requests/s`,
    ours: spread(rounds.map(({ ours }) => ours.speed)),
    yardstick: `${spread(rounds.map(({ theirs }) => theirs.speed))} (bare Hono)`,
    against: `${ratio.toFixed(2)} (>= 0.9)`,
    met: ratio >= 0.9,
  })
  const cost = median(rounds.map(({ ours, theirs }) => theirs.cpu / ours.cpu))
  report.add({
    what: `${name}, CPU per request, µs`,
    ours: spread(rounds.map(({ ours }) => ours.cpu)),
    yardstick: `${spread(rounds.map(({ theirs }) => theirs.cpu))} (bare Hono)`,
    against: `${cost.toFixed(2)} (>= 0.9)`,
    met: cost >= 0.9,
  })
}

const ofNode = new Set(['connection', 'keep-alive', 'date'])

/** What the application says; the rest is said by Node. */
function ownHeaders({ headers }: IncomingMessage) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofNode.has(name)))
}

function rawBytes(url: string) {
  return new Promise<{ bytes: Buffer; headers: object }>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ bytes: Buffer.concat(chunks), headers: ownHeaders(response) }),
      )
    }).on('error', reject)
  })
}
