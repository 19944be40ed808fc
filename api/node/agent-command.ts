import { readConfig, type Config } from '../config.ts'
import { DomainError } from '../domain/error.ts'
import { SECOND } from '../domain/time.ts'
import { createLog } from '../log.ts'
import { userAgent } from '../providers.ts'
import { startAgent } from './agent.ts'
import { systemClock } from './clock.ts'
import { nodeProbers } from './probers.ts'

/** What is under way gets so long to end, and to be reported. */
const GRACE = 10 * SECOND

/** Asks from here what a service elsewhere wants to be asked from this region, until it is told to end. */
export async function runAgent(env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(env)
  const settings = settingsOf(config)
  const agent = startAgent({
    ...settings,
    fetch,
    probers: nodeProbers({
      allow: config.PROBE_ALLOW_PRIVATE,
      reaching: (others) => others,
      userAgent: userAgent(settings.url),
    }),
    clock: { now: () => performance.now(), sleep: systemClock.sleep },
    random: Math.random,
    log: createLog((line) => process.stderr.write(`${line}\n`), systemClock.now),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, async () => {
      await Promise.race([agent.stop(), systemClock.sleep(GRACE)])
      process.exit(0)
    })
  await agent.ended
}

/** The two settings without which there is no agent. */
function settingsOf({ ALLCLEAR_URL, AGENT_KEY }: Config): { url: string; key: string } {
  if (!ALLCLEAR_URL)
    throw new DomainError(
      'invalid',
      'ALLCLEAR_URL: is missing; it says where the service is that an agent reports to',
    )
  if (!AGENT_KEY)
    throw new DomainError(
      'invalid',
      'AGENT_KEY: is missing; make a key with the scope probes:report, named as the region',
    )
  return { url: ALLCLEAR_URL, key: AGENT_KEY }
}
