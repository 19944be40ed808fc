import { Resolver } from 'node:dns/promises'
import { endpointOf } from '../domain/host.ts'
import type { DnsQuestion } from '../domain/question.ts'
import { guardOf } from './guard.ts'
import { isAbsent, vouching } from './name-servers.ts'
import { OwnFault } from './refusals.ts'

type Settings = {
  allow: string[]
  /** The name servers of this machine. */
  usual?: () => Resolver
}

/** Asks the system's name servers, or one that is a public address or allowed. */
export function guardedResolve({ allow, usual = patient }: Settings) {
  const guard = guardOf({ allow })
  const areUsualAlive = vouching(usual)

  return async function resolve(
    { name, record_type, resolver: given }: Pick<DnsQuestion, 'name' | 'record_type' | 'resolver'>,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const asking = given === null ? usual() : patient()
    if (given !== null) asking.setServers([await serverOf(given, signal)])
    let isVouched = given !== null
    const vouch = async () => (isVouched ||= await areUsualAlive())
    const doubting = setTimeout(vouch, DOUBTED)
    signal.addEventListener('abort', () => asking.cancel())
    try {
      const records: unknown = await asking.resolve(name, record_type)
      return Array.isArray(records) ? records : [records]
    } catch (error) {
      if (isVouched || isAbsent(error)) throw error
      if (!signal.aborted && (await vouch())) throw error
      throw new OwnFault('our own name servers tell nothing')
    } finally {
      clearTimeout(doubting)
    }
  }

  async function serverOf(resolver: string, signal: AbortSignal): Promise<string> {
    const { address, port } = endpointOf(resolver, 53)!
    await guard(address, signal)
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }
}

/** Milliseconds after which our own name servers are doubted, and asked for something else. */
const DOUBTED = 250

function patient(): Resolver {
  return new Resolver({ tries: 2, timeout: 3_000 })
}
