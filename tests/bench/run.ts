import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePort, startService, type Service } from '../support/service.ts'
import { fillHistory, profileOf } from './fill.ts'
import { end, percentile, residentMegabytes, startTime, throughput } from './measure.ts'

// Figures side by side in one run, as ratios to a bare Hono server on the same machine at the same time.

const dir = mkdtempSync(join(tmpdir(), 'allclear-bench-'))
const rows: string[][] = []

try {
  await pageOfTwenty()
  await publishing(10)
  await publishing(1000)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
print()

/** Bytes, throughput, start and memory, on a page of 20 components x 90 days with 1,000 past incidents. */
async function pageOfTwenty(): Promise<void> {
  await using service = await benchService(20, 1000)
  for (const [name, path] of [
    ['page', '/'],
    ['summary.json', '/api/v2/summary.json'],
  ] as const) {
    const answer = await rawBytes(service.url + path)
    rows.push([
      `${name}, bytes over the wire`,
      `${answer.bytes.length} B`,
      '',
      name === 'page' ? '<= 14336 B' : '',
    ])
    const file = join(dir, 'body')
    writeFileSync(file, answer.bytes)
    const port = await freePort()
    const bare = await startTime(
      [join(import.meta.dirname, 'bare.ts'), String(port), file, answer.type, answer.encoding],
      {},
      `http://127.0.0.1:${port}/`,
    )
    // Twice each, in turns, so that a slow moment of the machine hits both.
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < 2; round++) {
      theirs.push(await throughput(`http://127.0.0.1:${port}/`))
      ours.push(await throughput(service.url + path))
    }
    const [mine, yardstick] = [Math.max(...ours), Math.max(...theirs)]
    rows.push([
      `${name}, requests/s`,
      mine.toFixed(0),
      yardstick.toFixed(0),
      `${(mine / yardstick).toFixed(2)} (>= 0.9)`,
    ])
    if (name === 'page') await startAndMemory(service, bare)
    await end(bare.child)
  }
}

async function startAndMemory(
  service: Service,
  bare: Awaited<ReturnType<typeof startTime>>,
): Promise<void> {
  await service.kill('SIGTERM')
  const url = new URL(service.url)
  const env = { PORT: url.port, DATA_DIR: service.dir }
  const runs: number[] = []
  let idle = 0
  for (let run = 0; run < 3; run++) {
    const started = await startTime(['api/node.ts'], env, service.url)
    runs.push(started.ms)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    idle = residentMegabytes(started.child)
    await end(started.child)
  }
  rows.push([
    'start to first 200, full store',
    `${percentile(runs, 0.5).toFixed(0)} ms`,
    `${bare.ms.toFixed(0)} ms`,
    '< 500 ms',
  ])
  rows.push([
    'RSS idle',
    `${idle.toFixed(0)} MB`,
    `${residentMegabytes(bare.child).toFixed(0)} MB`,
    '< 120 MB',
  ])
  await service.restart()
}

/** From the answer to an operator's POST until the new HTML and summary.json are served. */
async function publishing(pastIncidents: number): Promise<void> {
  await using service = await benchService(50, pastIncidents)
  const samples: number[] = []
  for (let round = 0; round < 20; round++) {
    const opened = await posted(service, '/api/admin/incidents', {
      name: `Bench ${round}`,
      body: 'The beginning.',
      components: [{ key: `component-${round}`, status: 'partial_outage' }],
    })
    for (let update = 0; update < 10; update++) {
      const marker = `Update ${round}-${update}.`
      const words = { status: update < 9 ? 'identified' : 'resolved', body: marker }
      await posted(service, `/api/admin/incidents/${opened.id}/updates`, words)
      const answeredAt = performance.now()
      // A resolved incident leaves the summary, so the page alone tells.
      const paths = update < 9 ? ['/', '/api/v2/summary.json'] : ['/']
      for (const path of paths) await untilServed(service.url + path, marker)
      samples.push(performance.now() - answeredAt)
      // One operator, one update after the other: the rest of the last one is published first.
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  rows.push([
    `POST answered -> served, 50 components, ${pastIncidents} past incidents`,
    `p50 ${percentile(samples, 0.5).toFixed(0)} ms, p99 ${percentile(samples, 0.99).toFixed(0)} ms`,
    '',
    'p99 < 100 ms',
  ])
}

async function posted(service: Service, path: string, body: unknown): Promise<{ id: string }> {
  const answer = await service.api(path, { method: 'POST', body })
  if (answer.status !== 201) throw new Error(`${path} was answered with ${answer.status}`)
  return (await answer.json()) as { id: string }
}

/** Asks every few milliseconds, as reading itself costs the server something. */
async function untilServed(url: string, marker: string): Promise<void> {
  while (!(await (await fetch(url)).text()).includes(marker))
    await new Promise((resolve) => setTimeout(resolve, 2))
}

/** The service with a page of its own and a full store. */
async function benchService(componentCount: number, pastIncidents: number): Promise<Service> {
  const profile = join(dir, `profile-${componentCount}.yaml`)
  writeFileSync(profile, profileOf(componentCount))
  const service = await startService({ CONFIG: profile })
  await fillHistory(service.dir, pastIncidents)
  await eventually('everything is published', async () => {
    const ready = (await (await fetch(`${service.url}/ready`)).json()) as {
      oldest_unpublished_document_ms: number | null
    }
    return ready.oldest_unpublished_document_ms === null
  })
  return service
}

async function rawBytes(url: string) {
  const { get } = await import('node:http')
  return new Promise<{ bytes: Buffer; type: string; encoding: string }>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          bytes: Buffer.concat(chunks),
          type: response.headers['content-type'] ?? '',
          encoding: response.headers['content-encoding'] ?? 'identity',
        }),
      )
    }).on('error', reject)
  })
}

function print(): void {
  const head = ['what', 'Allclear', 'bare Hono', 'ratio or budget']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  )
  for (const row of [head, ...rows])
    console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '))
}
