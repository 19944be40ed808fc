import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { eventually, startService, type Service } from '../support/service.ts'
import { random, seed } from './chance.ts'
import { openTarget, type Target } from './targets.ts'
import { clockOf, setJumped } from './time.ts'

const preload = new URL('preload.ts', import.meta.url).href

export const INTERVAL = 1_000
export const RECHECK = 300

type Options = {
  /** How many targets there are, each on an address of its own and looked after by its own component. */
  targets: number
  databaseUrl?: string
  /** A name server that knows them as `target0.test` and so on. */
  names?: string
  /** How many failures in a row are believed; three by default. */
  threshold?: number
  /** More probes, each with a component of its own. */
  probes?: { key: string; lines: string[] }[]
}

/** What a process holds. */
export type Held = { resources: string[]; files: number; heap: number }

export type Watched = Awaited<ReturnType<typeof openWatch>>

/** Targets that know when they were broken, and services that watch them: processes of their own, in the lab's time. */
export async function openWatch(options: Options) {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-watch-'))
  const origin = Date.now()
  const time = { origin, start: origin, speed: 1, file: join(dir, 'jumped') }
  await setJumped(time, 0)
  const now = clockOf(time)
  const databaseUrl = options.databaseUrl ?? `file:${join(dir, 'allclear.db')}`
  const targets: Target[] = []
  for (let i = 0; i < options.targets; i++) targets.push(await openTarget(`127.0.0.${10 + i}`, now))
  await writeFile(join(dir, 'profile.yaml'), profileOf(targets, options))
  const services: Service[] = []
  let jumped = 0

  async function look<Row>(sql: string): Promise<Row[]> {
    const client = createClient({ url: databaseUrl, timeout: 5_000 })
    try {
      return (await client.execute(sql)).rows as Row[]
    } finally {
      client.close()
    }
  }

  return {
    dir,
    databaseUrl,
    now,
    targets,
    services,
    look,
    chance: random(seed),
    async start(env: Record<string, string> = {}): Promise<Service> {
      const service = await startService({
        NODE_OPTIONS: `--import ${preload}`,
        FAULT_TIME: JSON.stringify(time),
        CONFIG: join(dir, 'profile.yaml'),
        DATABASE_URL: databaseUrl,
        PROBE_ALLOW_PRIVATE: '127.0.0.0/8',
        ...(options.names && { FAULT_NAMES: options.names }),
        ...env,
      })
      services.push(service)
      return service
    },
    /** Moves the time of all processes. */
    async jump(ms: number): Promise<void> {
      jumped += ms
      await setJumped(time, jumped)
    },
    /** What a service holds once it has thrown away what nobody needs any more. */
    async heldBy(service: Service): Promise<Held> {
      const file = `${time.file}.held`
      await rm(file, { force: true })
      service.signal('SIGUSR2')
      const read = () =>
        readFile(file, 'utf8').then((text) => text !== '' && (JSON.parse(text) as Held))
      return eventually('it says what it holds', () => read().catch(() => null))
    },
    async [Symbol.asyncDispose]() {
      for (const service of services) await service[Symbol.asyncDispose]()
      for (const target of targets) await target.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function profileOf(targets: Target[], { names, threshold = 3, probes = [] }: Options): string {
  const asked = targets.map(({ host, port }, i) => ({
    key: `target${i}`,
    lines: [
      'kind: http',
      `url: http://${names ? `target${i}.test` : host}:${port}/`,
      `failure_threshold: ${threshold}`,
    ],
  }))
  const all = [...asked, ...probes]
  return [
    'page: { name: Corner Shop, time_zone: Etc/UTC }',
    'severities: [{ key: sev-1, name: SEV-1, impact: critical }]',
    'components:',
    ...all.flatMap(({ key }) => [`  - key: ${key}`, `    name: ${key}`]),
    'probes:',
    ...all.flatMap(({ key, lines }) => [
      `  - key: ${key}`,
      `    component: ${key}`,
      `    interval: ${INTERVAL / 1000}s`,
      `    timeout: ${INTERVAL / 1000}s`,
      `    recheck: ${RECHECK}ms`,
      `    stable: 0s`,
      ...lines.map((line) => `    ${line}`),
    ]),
    '',
  ].join('\n')
}
