import { forgetAlerts } from './actions/alerts/forgetting.ts'
import { watch } from './actions/alerts/watching.ts'
import { markDayChange } from './actions/publishing/calendar.ts'
import { sumUpDue } from './actions/telling/digests.ts'
import { noteDuty, recordDuty } from './actions/duties.ts'
import { unfollowEnded } from './actions/telling/following.ts'
import { forgetAudit } from './actions/access/audit-log.ts'
import { forgetIdempotencyKeys } from './actions/access/idempotency.ts'
import { giveDueAllClears } from './actions/incidents/all-clears.ts'
import { planDue } from './actions/maintenances/planning.ts'
import { maintainDue } from './actions/maintenances/running.ts'
import { nudge } from './actions/nudge.ts'
import { tellLeftAlone } from './actions/probes/left-alone.ts'
import { startDueProbes } from './actions/probes/probing.ts'
import { publishDue } from './actions/publishing/publish.ts'
import { releaseHeld } from './actions/telling/quiet-hours.ts'
import { forgetOld } from './actions/sending/retention.ts'
import { rollUpSamples } from './actions/probes/samples.ts'
import { tell } from './actions/telling/telling.ts'
import { freezeMonths } from './actions/uptime/freezing.ts'
import { purgeUnconfirmed } from './actions/subscribers/subscribers.ts'
import type { Deps } from './deps.ts'
import { HOUR, MINUTE, SECOND } from './domain/time.ts'

type Stopped = () => boolean
type Duty = { every: number; run(deps: Deps, stopped: Stopped): Promise<unknown> }

/** Every background duty, how often it comes round, and its verb. Each may overlap with itself and be killed anywhere. */
export const duties: Record<string, Duty> = {
  probe: { every: SECOND, run: probe },
  all_clear: { every: 10 * SECOND, run: giveDueAllClears },
  left_alone: { every: 10 * SECOND, run: leftAlone },
  maintain: { every: 10 * SECOND, run: maintainDue },
  plan_maintenance: { every: 5 * MINUTE, run: planDue },
  publish: { every: SECOND, run: publishDue },
  expand: { every: SECOND, run: (deps, stopped) => tell(deps, 'expand', stopped) },
  release: { every: 5 * SECOND, run: releaseHeld },
  digest: { every: MINUTE, run: sumUpDue },
  // After all that leaves something to send: a Worker's beats are a minute apart.
  send: { every: SECOND, run: (deps, stopped) => tell(deps, 'send', stopped) },
  unfollow: { every: MINUTE, run: unfollowEnded },
  calendar: { every: MINUTE, run: markDayChange },
  freeze: { every: HOUR, run: freezeMonths },
  fold_samples: { every: 5 * MINUTE, run: rollUpSamples },
  watch: { every: 30 * SECOND, run: (deps) => watch(deps, duties) },
  purge: { every: HOUR, run: purge },
}

/** A second's worth is claimed together and each probe is asked on its dot. */
const ahead = 1500

/** Probes per round, and rounds per beat: what 5,000 probes need, and a start after a pause. */
const limit = 200
const rounds = 5

/** Starts what is due and lets it end by itself: a slow target must not hold up the others. */
async function probe(deps: Deps): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const started = await startDueProbes(deps, { ahead, limit, onFlip: () => nudge(deps) })
    if (started.asked > 0) deps.defer(() => ended(deps, started.done))
    if (started.asked < limit) return
  }
}

async function ended(deps: Deps, done: Promise<unknown>): Promise<void> {
  try {
    await done
  } catch (error) {
    deps.log.error('probing failed; the leases end by themselves', { error })
  }
}

async function leftAlone(deps: Deps): Promise<void> {
  const { told, folded } = await tellLeftAlone(deps)
  if (told + folded > 0) nudge(deps)
}

async function purge(deps: Deps, stopped: Stopped): Promise<void> {
  await purgeUnconfirmed(deps)
  await forgetIdempotencyKeys(deps)
  await forgetAlerts(deps)
  await forgetAudit(deps, stopped)
  await forgetOld(deps, stopped)
}

/** Longer than it takes until the next beat, which goes on with what is left. */
const LONGEST_RUN = 2 * MINUTE

/** Runs every duty once; what a Worker's cron does. */
export async function beat(deps: Deps): Promise<void> {
  for (const [name, { every }] of Object.entries(duties)) {
    const end = deps.clock.now() + LONGEST_RUN
    const stopped = () => deps.clock.now() >= end
    const isDone = await runDuty(deps, name, stopped)
    // What comes round sooner elsewhere must not wait for the next beat because an answer was lost.
    if (!isDone && every < MINUTE && !stopped()) await runDuty(deps, name, stopped)
  }
}

/** One loop per duty, beat then sleep, so that a duty never overlaps with itself in this process. */
export function startHeartbeat(deps: Deps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted
  const loops = Object.entries(duties).map(async ([name, { every }]) => {
    while (!stopped()) {
      await runDuty(deps, name, stopped)
      if (!stopped()) await deps.clock.sleep(every, stopping.signal)
    }
  })
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

/** Whether it did not fail. */
async function runDuty(deps: Deps, name: string, stopped: Stopped): Promise<boolean> {
  const duty = duties[name]!
  const startedAt = deps.clock.now()
  const isStopped = () => {
    noteDuty(deps, name, startedAt)
    return stopped()
  }
  let failure: unknown = null
  noteDuty(deps, name, startedAt)
  try {
    await duty.run(deps, isStopped)
  } catch (error) {
    failure = error
    deps.log.error('duty failed', { duty: name, error })
  }
  await recordDuty(deps, name, duty.every, startedAt, failure)
  return failure === null
}
