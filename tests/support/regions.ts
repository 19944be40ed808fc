import { and, asc, inArray, isNotNull } from 'drizzle-orm'
import { runDueProbes } from '../../api/actions/probes/probing.ts'
import type { Deps } from '../../api/deps.ts'
import { watches } from '../../db/schema.ts'
import { probedShop, scripted } from './probed.ts'
import { anotherProcess } from './watching.ts'

type Region = ReturnType<typeof scripted> & { deps: Deps }

/** A shop that is watched from several places: `main`, and others on the same database. */
export async function watchedFrom(...others: string[]) {
  const on = await probedShop()
  const { probers, answers, asked } = on
  const regions: Record<string, Region> = { main: { deps: on.deps, probers, answers, asked } }
  for (const region of others) {
    const script = scripted()
    const deps = await anotherProcess(on)
    const config = { ...deps.config, REGION: region }
    regions[region] = { ...script, deps: { ...deps, config, probers: script.probers } }
  }
  return Object.assign(on, {
    regions,
    /** Moves the clock to the next check of any of these and runs what is due there, so many times. */
    async pass(times: number, ...some: string[]) {
      const names = some.length > 0 ? some : Object.keys(regions)
      let flipped = 0
      for (let i = 0; i < times; i++) {
        const [next] = await on.deps.db
          .select({ at: watches.nextAt })
          .from(watches)
          .where(and(inArray(watches.region, names), isNotNull(watches.nextAt)))
          .orderBy(asc(watches.nextAt))
          .limit(1)
        on.clock.advance(Math.max(0, next!.at! - on.clock.now()))
        for (const name of names) flipped += (await runDueProbes(regions[name]!.deps)).flipped
      }
      return flipped
    },
    async [Symbol.asyncDispose]() {
      for (const name of others) regions[name]!.deps.db.close()
      await on.dispose()
    },
  })
}
