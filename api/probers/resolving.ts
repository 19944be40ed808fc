import { Resolver } from 'node:dns/promises'
import { endpointOf } from '../domain/host.ts'
import type { DnsQuestion } from '../domain/question.ts'
import { guardOf } from './guard.ts'

/** Asks the system's name servers, or one that is a public address or allowed. */
export function guardedResolve({ allow }: { allow: string[] }) {
  const guard = guardOf(allow)
  return async function resolve(
    question: Pick<DnsQuestion, 'name' | 'record_type' | 'resolver'>,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const asking = new Resolver({ tries: 2, timeout: 3_000 })
    if (question.resolver !== null) asking.setServers([serverOf(question.resolver)])
    signal.addEventListener('abort', () => asking.cancel())
    const records: unknown = await asking.resolve(question.name, question.record_type)
    return Array.isArray(records) ? records : [records]
  }

  function serverOf(resolver: string): string {
    const { address, port } = endpointOf(resolver, 53)!
    const refusal = guard.refusalOfLiteral(address)
    if (refusal) throw refusal
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }
}
