import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { adminKey, eventually, freePort } from './service.ts'
import { startSqld, type DatabaseServer } from './sqld.ts'

const root = join(import.meta.dirname, '../..')
const packages = createRequire(import.meta.url)
const wrangler = join(dirname(packages.resolve('wrangler/package.json')), 'bin/wrangler.js')

export type Worker = {
  url: string
  /** Bytes of the bundle, gzipped: what a deployment counts. */
  size(): Promise<number>
  /** What the cron does every minute. */
  beat(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The Worker in workerd on this machine, its documents in local KV, its database in a real libSQL server. */
export async function startWorker(env: Record<string, string> = {}): Promise<Worker> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-worker-'))
  const started: ChildProcess[] = []
  let printed = ''
  let database: DatabaseServer | null = null

  function start(command: string, args: string[]): ChildProcess {
    const child = spawn(command, args, {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: dir, ...quiet },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, because it starts processes that must end with it.
      detached: true,
    })
    child.stdout!.on('data', (data: Buffer) => (printed += data))
    child.stderr!.on('data', (data: Buffer) => (printed += data))
    started.push(child)
    return child
  }

  async function succeeding(child: ChildProcess): Promise<void> {
    const code = await new Promise((resolve) => child.once('exit', resolve))
    if (code !== 0) throw new Error(`the Worker cannot be bundled:\n${printed}`)
  }

  async function stop(): Promise<void> {
    for (const child of started) await endGroup(child)
    await database?.stop()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }

  try {
    database = await startSqld(join(dir, 'database'))
    const bundle = join(dir, 'bundle')
    await succeeding(
      start(process.execPath, [wrangler, 'deploy', '--dry-run', `--outdir=${bundle}`]),
    )
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const vars = {
      PUBLIC_URL: url,
      SECRET_KEY: 'a secret key of the runtime tests, long enough',
      ADMIN_API_KEY: adminKey,
      DATABASE_URL: database.url,
      ...env,
    }
    const lines = Object.entries(vars).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    await writeFile(join(dir, 'vars'), lines.join('\n'))
    start(process.execPath, [
      wrangler,
      'dev',
      join(bundle, 'worker.js'),
      // As bundled a moment ago: whoever edits a source meanwhile does not restart it.
      '--no-bundle',
      `--config=${join(root, 'wrangler.toml')}`,
      '--local',
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--inspector-ip=127.0.0.1',
      `--inspector-port=${await freePort()}`,
      `--persist-to=${join(dir, 'state')}`,
      `--env-file=${join(dir, 'vars')}`,
      '--show-interactive-dev-session=false',
    ])
    await answering(`${url}/health`, () => printed)
    return {
      url,
      size: async () => gzipSync(await readFile(join(bundle, 'worker.js'))).length,
      async beat() {
        const response = await fetch(`${url}/cdn-cgi/handler/scheduled`)
        if (!response.ok) throw new Error(`the beat failed: ${await response.text()}\n${printed}`)
      },
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Nobody on the internet is asked or told anything. */
const quiet = {
  CI: '1',
  NO_COLOR: '1',
  DO_NOT_TRACK: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

async function answering(url: string, printed: () => string): Promise<void> {
  try {
    const ask = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    await eventually(`${url} answers`, ask, 60)
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${printed()}`, { cause: error })
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const running = child.exitCode === null && child.signalCode === null
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  if (running) await ended
}
