import { expect } from 'vitest'
import type { Service } from '../support/service.ts'
import { outage, type Lab } from './lab.ts'
import { pause } from './waiting.ts'

type Refused = { status: number; retry: string | null }

/** An operator's program that writes down one thing after the other, each under its own key, until it is taken. */
export function keepWriting(service: Service) {
  const taken: string[] = []
  const refused: Refused[] = []
  const ending = new AbortController()
  const running = (async () => {
    for (let n = 0; !ending.signal.aborted; n++) {
      const name = `Draft ${n}`
      const answer = await service
        .api('/api/admin/incidents', {
          method: 'POST',
          body: { ...outage, name, draft: true },
          headers: { 'idempotency-key': name },
        })
        .catch(() => null)
      if (answer?.status === 201) taken.push(name)
      else {
        if (answer)
          refused.push({ status: answer.status, retry: answer.headers.get('retry-after') })
        n--
      }
      await answer?.arrayBuffer().catch(() => null)
      await pause(20)
    }
  })()
  return {
    taken,
    refused,
    async end() {
      ending.abort()
      await running
      return { taken, refused }
    },
  }
}

/** Looks at the page all the time; ends with the longest wait in milliseconds. */
export function keepReading(service: Service) {
  const ending = new AbortController()
  let slowest = 0
  const running = (async () => {
    while (!ending.signal.aborted) {
      const began = performance.now()
      expect((await fetch(service.url)).status).toBe(200)
      slowest = Math.max(slowest, performance.now() - began)
      await pause(50)
    }
  })()
  return {
    async end(): Promise<number> {
      ending.abort()
      await running
      return slowest
    },
  }
}

/** Everything that was acknowledged is there, once. */
export async function expectKept(lab: Lab, taken: string[]): Promise<void> {
  const kept = await lab.look<{ name: string }>(
    "SELECT name FROM incidents WHERE name LIKE 'Draft %'",
  )
  const names = kept.map(({ name }) => name)
  expect(names, 'I4: what was acknowledged is there').toEqual(expect.arrayContaining(taken))
  expect(new Set(names).size, 'and once').toBe(names.length)
}
