import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export const adminKey = 'tester.0123456789abcdefghijklmnop'

export type Service = {
  url: string
  dir: string
  /** What it printed so far. */
  output(): string
  /** Ends it as the system would, or as a power cut would. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  /** Stops its time, and lets it go on; or anything else that a process can be told. */
  signal(signal: NodeJS.Signals): void
  pid(): number
  /** Starts it again on the same port and data. */
  restart(): Promise<void>
  api(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>
  [Symbol.asyncDispose](): Promise<void>
}

/** The service as people start it: `node api/node.ts` in a process of its own, on a free port and fresh data. */
export async function startService(env: Record<string, string> = {}): Promise<Service> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-'))
  const port = env['PORT'] ?? String(await freePort())
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess
  let printed = ''

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['api/node.ts'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        PORT: port,
        DATA_DIR: dir,
        ADMIN_API_KEY: adminKey,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout!.on('data', (data: Buffer) => (printed += data))
    child.stderr!.on('data', (data: Buffer) => (printed += data))
    await answering(url, child, () => printed)
  }

  async function kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    return ended
  }

  await start()
  return {
    url,
    dir,
    output: () => printed,
    kill,
    signal: (signal) => void child.kill(signal),
    pid: () => child.pid!,
    restart: start,
    api: (path, { method = 'GET', body, headers = {} } = {}) =>
      fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL')
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Until the page is published; a process that ends before says why. */
async function answering(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the service ended at once:\n${printed()}`)
    const found = await fetch(url).catch(() => null)
    if (found?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the service does not answer:\n${printed()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** How many times longer than usual a machine may take that has other things to do. */
export const patience = 3

/** Looks again and again until something has come about, at most `seconds` of a machine that is not busy. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | null | undefined>,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * patience * 1000
  while (performance.now() < end) {
    const seen = await look()
    if (seen) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not within ${seconds * patience} s: ${what}`)
}

/** Until the service is ready and everything of it is published. */
export async function published(service: Pick<Service, 'url'>): Promise<void> {
  await eventually('everything is published', async () => {
    const answer = await fetch(`${service.url}/ready`)
    if (!answer.ok) return false
    const ready = (await answer.json()) as { oldest_unpublished_document_ms: number | null }
    return ready.oldest_unpublished_document_ms === null
  })
}
