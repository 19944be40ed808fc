import { endLeanStart } from './node/lean-start.ts'
import { join } from 'node:path'
import { readConfig, type Config } from './config.ts'
import type { Deps } from './deps.ts'
import { DomainError } from './domain/error.ts'
import { createLog } from './log.ts'
import { banner } from './node/banner.ts'
import { systemClock as clock } from './node/clock.ts'
import { completeConfig, prepareDir } from './node/kept.ts'
import { listen, type Handler } from './node/listen.ts'
import { loadService } from './node/load.ts'
import { fingerprint } from './node/maker.ts'
import { requireSite } from './node/site.ts'
import { directoryStore } from './stores/directory.ts'
import type { Store } from './stores/store.ts'

export type Running = {
  url: string
  deps: Deps
  /** What to show to the person who started it. */
  banner: string
  stop(): Promise<void>
}

/** Milliseconds that work in flight gets to end. */
const GRACE = 10_000

/** Listens with the last published set at once, and loads the service behind it. */
export async function startNode(env: Record<string, string | undefined>): Promise<Running> {
  const { config, newAdminKey } = await completeConfig(readConfig(env))
  requireSite()
  const log = createLog((line) => process.stderr.write(`${line}\n`), clock.now)
  const store = await openStore(config, () => publicUrl)
  let handler: Handler = async (request) => (await store.serve(request)) ?? starting()
  const listening = await listen((request, bindings) => handler(request, bindings), {
    host: config.HOST,
    port: config.PORT,
  })
  const publicUrl = config.PUBLIC_URL ?? listening.url
  const { startService } = await loadService()
  const service = await startService({ config, store, log, url: listening.url, publicUrl })
  handler = service.handler
  endLeanStart()
  return {
    url: listening.url,
    deps: service.deps,
    banner: banner({ config, publicUrl, newAdminKey, inboxUrl: service.deps.inboxUrl }),
    async stop() {
      const answered = listening.stop()
      await Promise.race([service.stop(answered), clock.sleep(GRACE)])
      listening.cut()
    },
  }
}

function openStore(config: Config, publicUrl: () => string): Promise<Store> {
  const { DATA_DIR, DATABASE_URL, RESEND_API_KEY, SMTP_URL, TWILIO_ACCOUNT_SID } = config
  const channels = [RESEND_API_KEY, SMTP_URL, TWILIO_ACCOUNT_SID]
  let maker: Promise<string> | undefined
  return directoryStore(join(DATA_DIR, 'published'), {
    https: config.PUBLIC_URL?.startsWith('https:') ?? false,
    maker: () => (maker ??= fingerprint([publicUrl(), DATABASE_URL, ...channels])),
  })
}

function starting(): Response {
  return new Response('Starting. Try again in a moment.\n', {
    status: 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' },
  })
}

async function run(): Promise<void> {
  const { banner, stop } = await startNode(process.env)
  process.stdout.write(banner)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, async () => {
      await stop()
      process.exit(0)
    })
}

async function migrate(): Promise<void> {
  const { migrateDatabase } = await import('./node/database.ts')
  const config = readConfig(process.env)
  await prepareDir(config)
  const applied = await migrateDatabase(config)
  process.stdout.write(`${applied.length === 0 ? 'Nothing to migrate.' : applied.join('\n')}\n`)
}

async function exportTo(dir: string | undefined): Promise<void> {
  if (!dir) throw new DomainError('invalid', 'say where to: npm run export -- DIR')
  const { exportDocuments } = await import('./node/export.ts')
  const config = readConfig(process.env)
  const count = await exportDocuments(await openStore(config, () => ''), dir)
  process.stdout.write(`${count} documents are in ${dir}\n`)
}

/** Looks the whole installation over; ends with 1 when something is wrong. */
async function readiness(url: string | undefined): Promise<void> {
  const { checkReadiness, findKey, tableOf, urlOf } = await import('./node/readiness.ts')
  const config = readConfig(process.env)
  const findings = await checkReadiness({
    url: (url ?? urlOf(config)).replace(/\/+$/, ''),
    key: await findKey(config),
    now: clock.now,
    fetch,
  })
  process.stdout.write(tableOf(findings))
  if (findings.some(({ isWell }) => !isWell)) process.exitCode = 1
}

async function agent(): Promise<void> {
  const { runAgent } = await import('./node/agent-command.ts')
  endLeanStart()
  await runAgent(process.env)
}

if (import.meta.main) {
  const [command, argument] = process.argv.slice(2)
  const commands: Record<string, () => Promise<void>> = {
    start: run,
    migrate,
    export: () => exportTo(argument),
    readiness: () => readiness(argument),
    agent,
  }
  try {
    const known = commands[command ?? 'start']
    if (!known)
      throw new DomainError('invalid', `${command} is none of ${Object.keys(commands).join(', ')}`)
    await known()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
