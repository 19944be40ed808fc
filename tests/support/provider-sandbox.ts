import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message, Provider } from '../../api/providers/provider.ts'
import { runSandbox, type RunningSandbox } from './sandbox.ts'

type Subject = {
  name: 'resend' | 'twilio'
  make(baseUrl: string): Provider
  message(delivery: number): Message
}

/** What a provider with an account promises about the sandbox, and so the sandbox about the provider. */
export function testOnSandbox({ name, make, message }: Subject): void {
  describe(`${name} on the sandbox`, () => {
    let running: RunningSandbox
    const provider = () => make(running.url + running.sandbox[`${name}Path`])
    const send = (within = 10_000) =>
      provider().send([message(7)], 'batch-7', AbortSignal.timeout(within))
    const accepted = () => running.sandbox.messages().map(({ delivery }) => delivery)

    beforeAll(async () => void (running = await runSandbox()))
    beforeEach(() => running.sandbox.clear())
    afterAll(() => running.close())

    test('a message is accepted as it is, and its delivery named', async () => {
      const outcome = await send()
      const [{ id, to, from, text, delivery } = expect.fail()] = running.sandbox.messages()
      expect(outcome).toMatchObject({
        kind: 'answered',
        results: [{ kind: 'accepted', provider_id: id }],
      })
      expect({ to, text, delivery }).toEqual({
        to: message(7).to,
        text: message(7).text,
        delivery: '7',
      })
      expect(from).not.toBe('')
    })

    test.each([
      ['too many requests throttle', 'rate_limited', { kind: 'throttled', retry_after_ms: 1_000 }],
      ['a refused key closes the provider', 'auth_refused', { kind: 'closed' }],
      ['a used up quota closes the provider', 'quota_exceeded', { kind: 'closed' }],
      ['an error before accepting is uncertain', 'error_before', { kind: 'uncertain' }],
    ] as const)('%s', async (_sentence, fault, outcome) => {
      running.sandbox.faults.set(name, fault, 1)
      expect(await send()).toMatchObject(outcome)
      expect(accepted()).toEqual([])
      expect(await send()).toMatchObject({ kind: 'answered' })
    })

    test('an error after accepting is uncertain, for the message is on its way', async () => {
      running.sandbox.faults.set(name, 'error_after', 1)
      expect(await send()).toMatchObject({ kind: 'uncertain' })
      expect(accepted()).toEqual(['7'])
    })

    test.each([
      ['silence before accepting', 'hang_before', []],
      ['silence after accepting', 'hang_after', ['7']],
    ] as const)('%s is uncertain when the signal ends', async (_sentence, fault, taken) => {
      running.sandbox.faults.set(name, fault, 1)
      expect(await send(40)).toMatchObject({ kind: 'uncertain', code: 'timeout' })
      expect(accepted()).toEqual(taken)
    })
  })
}
