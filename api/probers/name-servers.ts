import { Resolver } from 'node:dns/promises'

/** Name servers, as far as we need them. */
export type NameServers = Pick<Resolver, 'resolve4' | 'resolve6'>

/** Milliseconds for which one reading of the machine's settings counts: its name servers may change. */
const SETTINGS_KEPT = 10_000
const VERDICT_KEPT = 1_000

/** The machine's own name servers. */
export function usualNameServers(): () => NameServers {
  return keptFor(SETTINGS_KEPT, () => new Resolver({ tries: 3, timeout: 1_000 }))
}

/** What is known of a name is that it does not exist, or has no such record. */
export function isAbsent(error: unknown): boolean {
  return /^(ENOTFOUND|ENODATA|EBADNAME)$/.test(String((error as { code?: unknown }).code))
}

/**
 * Asks name servers for a name that nobody has ever asked for, so that no cache can answer: true when they tell anything,
 * also that there is none.
 */
export function vouching(servers: () => NameServers): () => Promise<boolean> {
  return keptFor(VERDICT_KEPT, async () => {
    const unheardOf = `allclear-${crypto.randomUUID().slice(0, 8)}.example.com`
    try {
      await servers().resolve4(unheardOf)
      return true
    } catch (error) {
      return isAbsent(error)
    }
  })
}

/** Makes something at most so often. */
function keptFor<T>(ms: number, make: () => T): () => T {
  let kept: { it: T } | null = null
  return () => {
    if (kept) return kept.it
    kept = { it: make() }
    setTimeout(() => (kept = null), ms).unref()
    return kept.it
  }
}
