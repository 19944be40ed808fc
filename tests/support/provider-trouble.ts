import { expect, test } from 'vitest'
import type { Message, Provider } from '../../api/providers/provider.ts'
import type { Listening } from './listen.ts'

/** Servers of a provider's protocol that are in trouble, each on a real port. */
export type Wire = {
  /** Well, and counting what reaches it. */
  healthy(): Promise<Listening & { reached(): number }>
  /** Takes everything and says nothing. */
  silent(): Promise<Listening>
  /** Takes everything and hangs up. */
  rude(): Promise<Listening>
  /** Hangs up in the middle of its answer. */
  cutting(): Promise<Listening>
  /** Begins a good answer and never ends it. */
  dripping(): Promise<Listening>
  /** Answers well, without end and as fast as it can. */
  endless(): Promise<Listening>
}

export type Trouble =
  | 'a refused connection'
  | 'a signal that has ended already'
  | 'silence until the signal ends'
  | 'a connection that is cut before the answer'
  | 'a connection that is cut in the middle of the answer'
  | 'an answer that drips until the signal ends'
  | 'an answer that never ends'

type Subject = {
  make(url: string): Provider
  message(delivery: number): Message
  outcomes: Record<Trouble, object>
}

const patience = 10_000

/** Whatever is wrong with the wire: an Outcome, in time, and never an exception. */
export function testTrouble({ make, message, outcomes }: Subject, wire: Wire): void {
  const sendTo = (url: string, signal: AbortSignal) =>
    make(url).send([message(7)], 'batch-7', signal)

  test('a refused connection', async () => {
    const gone = await wire.silent()
    await gone.close()
    const outcome = await sendTo(gone.url, AbortSignal.timeout(patience))
    expect(outcome).toMatchObject(outcomes['a refused connection'])
    expect(outcome).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'))
  })

  test('a signal that has ended already', async () => {
    const server = await wire.healthy()
    const outcome = await sendTo(server.url, AbortSignal.abort())
    expect(outcome).toMatchObject(outcomes['a signal that has ended already'])
    expect(server.reached()).toBe(0)
    await server.close()
  })

  test.each<[Trouble, keyof Wire, within: number]>([
    ['silence until the signal ends', 'silent', 40],
    ['a connection that is cut before the answer', 'rude', patience],
    ['a connection that is cut in the middle of the answer', 'cutting', patience],
    ['an answer that drips until the signal ends', 'dripping', 40],
    ['an answer that never ends', 'endless', patience],
  ])('%s', async (trouble, kind, within) => {
    const server = await wire[kind]()
    const outcome = await sendTo(server.url, AbortSignal.timeout(within))
    await server.close()
    expect(outcome).toMatchObject(outcomes[trouble])
  })
}
