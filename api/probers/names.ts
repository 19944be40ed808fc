import type { LookupAddress } from 'node:dns'
import { lookup as askSystem } from 'node:dns/promises'
import { hostsFile } from './hosts-file.ts'
import { isAbsent, usualNameServers, vouching, type NameServers } from './name-servers.ts'
import { OwnFault } from './refusals.ts'

/** All addresses of a name, those to be tried first at the front; rejects when there are none. */
export type Lookup = (hostname: string, signal: AbortSignal) => Promise<LookupAddress[]>

type Settings = {
  servers?: () => NameServers
  hosts?: () => Promise<Map<string, LookupAddress[]>>
  /** What else the machine knows of names that name servers do not know. */
  system?: (hostname: string, options: { all: true }) => Promise<LookupAddress[]>
}

type Search = { found: Promise<LookupAddress[]>; isVouched: boolean }

/** Milliseconds after which name servers that say nothing are doubted, and asked for something else. */
const DOUBTED = 250
/** Milliseconds for which the other family is waited for once one has come (RFC 8305, 3). */
const RESOLUTION_DELAY = 50

/**
 * Looks names up without the few threads of getaddrinfo, in which two names with dead servers hold up all others. What our
 * own name servers cannot tell of any name is our fault, not the name's.
 */
export function nameLookup({
  servers = usualNameServers(),
  hosts = hostsFile(),
  system = askSystem,
}: Settings = {}): Lookup {
  const areAlive = vouching(servers)
  const searches = new Map<string, Search>()

  return function lookup(hostname, signal) {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    let search = searches.get(name)
    if (!search) {
      search = begin(name)
      searches.set(name, search)
    }
    return untilAborted(search, signal)
  }

  function begin(name: string): Search {
    const search: Search = { found: find(name, vouch), isVouched: false }
    async function vouch() {
      return (search.isVouched = await areAlive())
    }
    const forget = () => void searches.delete(name)
    search.found.then(forget, forget)
    return search
  }

  async function find(name: string, vouch: () => Promise<boolean>): Promise<LookupAddress[]> {
    const known = (await hosts()).get(name)
    if (known) return known
    const doubting = setTimeout(vouch, DOUBTED)
    try {
      const { addresses, trouble } = await askBoth(servers(), name)
      if (addresses.length > 0) return addresses
      if (trouble) throw (await vouch()) ? trouble : deadServers()
    } finally {
      clearTimeout(doubting)
    }
    return system(name, { all: true }).catch(() => {
      throw unresolved('ENOTFOUND')
    })
  }
}

/** A search that nobody waits for any more goes on for the next one who asks, and ends by itself. */
function untilAborted(search: Search, signal: AbortSignal): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const end = () => reject(search.isVouched ? unresolved('ETIMEOUT') : deadServers())
    if (signal.aborted) return end()
    signal.addEventListener('abort', end)
    search.found.then(resolve, reject).finally(() => void signal.removeEventListener('abort', end))
  })
}

type Answer = { family: 4 | 6; addresses: string[]; error: { code?: string } | null }

/** Addresses of both families in turn; the trouble that kept us from any, unless the name is known to have none. */
async function askBoth(servers: NameServers, name: string) {
  const answers: Answer[] = []
  const asking = ([4, 6] as const).map(async (family) => {
    answers.push(await answerOf(servers, name, family))
  })
  await Promise.race(asking)
  const both = Promise.all(asking)
  await (answers[0]!.addresses.length > 0 ? orSoon(both) : both)
  const [four, six] = ([4, 6] as const).map((family) => of(family, answers))
  const longest = Math.max(four!.length, six!.length)
  const addresses = Array.from({ length: longest }, (_, i) => [four![i], six![i]])
  return {
    addresses: addresses.flat().filter((address) => address !== undefined),
    trouble: troubleOf(answers),
  }
}

async function answerOf(servers: NameServers, name: string, family: 4 | 6): Promise<Answer> {
  try {
    const addresses = await (family === 4 ? servers.resolve4(name) : servers.resolve6(name))
    return { family, addresses, error: null }
  } catch (error) {
    return { family, addresses: [], error: error as { code?: string } }
  }
}

async function orSoon(answers: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = new Promise((resolve) => (timer = setTimeout(resolve, RESOLUTION_DELAY)))
  await Promise.race([answers, soon])
  clearTimeout(timer)
}

function of(family: 4 | 6, answers: Answer[]): LookupAddress[] {
  const found = answers.find((answer) => answer.family === family)
  return (found?.addresses ?? []).map((address) => ({ address, family }))
}

function troubleOf(answers: Answer[]): Error | null {
  const codes = answers.map(({ error }) => error?.code ?? '')
  const code = codes.find((one) => one !== '' && !isAbsent({ code: one }))
  return code === undefined || codes.includes('ENOTFOUND') ? null : unresolved(code)
}

function unresolved(code: string): Error {
  return Object.assign(new Error('the name was not resolved'), { code, syscall: 'getaddrinfo' })
}

function deadServers(): OwnFault {
  return new OwnFault('our own name servers tell nothing')
}
