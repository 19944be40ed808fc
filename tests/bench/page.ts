import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type Service } from '../support/service.ts'
import { filledService } from './filled-service.ts'
import { end, median, spread, startTime, throughput, type Throughput } from './measure.ts'
import type { Report } from './report.ts'

const paths = [
  ['page', '/'],
  ['summary.json', '/api/v2/summary.json'],
] as const

const ROUNDS = 3

/** Bytes and throughput of a page of 20 components x 90 days with 1,000 past incidents, beside a bare Hono server. */
export async function page(report: Report): Promise<void> {
  report.progress('page: filling')
  await using service = await filledService(20, 1000)
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  try {
    for (const [name, path] of paths) await besideBare(report, service, path, name, dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
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
  const args = [bare, String(port), file, answer.type, answer.encoding]
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

function rawBytes(url: string) {
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
