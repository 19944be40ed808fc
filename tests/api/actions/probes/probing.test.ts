import { describe, expect, test } from 'vitest'
import { runDueProbes, startDueProbes } from '../../../../api/actions/probes/probing.ts'
import { pauseProbe, updateProbe } from '../../../../api/actions/probes/probes.ts'
import { DomainError } from '../../../../api/domain/error.ts'
import { alerts, sampleBuckets } from '../../../../db/schema.ts'
import type { Statement } from '../../../../db/client.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  ok,
  probedShop,
  silent,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'

const operator = { id: 'op', requestId: null }
describe('who is asked', () => {
  test('is due, is not paused, and is asked once by two that come at once', async () => {
    await using on = await probedShop()
    for (let i = 0; i < 20; i++) await addProbe(on.deps, `p${i}`)
    const late = await addProbe(on.deps, 'late')
    await pauseProbe(on.deps, operator, late.id, true)
    const runs = await Promise.all([runDueProbes(on.deps), runDueProbes(on.deps)])
    expect(runs[0].checked + runs[1].checked).toBe(20)
    expect(new Set(on.asked.map(({ url }) => url)).size).toBe(20)
    expect(on.asked).toHaveLength(20)
    expect(await runDueProbes(on.deps)).toEqual({ checked: 0, flipped: 0 })
  })

  test('gets the question as it is set', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', {
      question: {
        method: 'PUT',
        headers: { 'x-token': 's3' },
        expect_status: [204],
        expect_text: 'fine',
      },
      timeoutMs: 700,
    })
    await runDueProbes(on.deps)
    expect(on.asked).toMatchObject([
      {
        url: urlOf('p'),
        method: 'PUT',
        timeout_ms: 700,
        expect_status: [204],
        expect_text: 'fine',
        headers: { 'x-token': 's3' },
      },
    ])
  })

  test('is asked on its dot when it was claimed ahead', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'now')
    on.clock.advance(400)
    await addProbe(on.deps, 'soon')
    on.clock.advance(-400)
    const round = await startDueProbes(on.deps, { ahead: 1000 })
    expect(round.asked).toBe(2)
    await Promise.resolve()
    expect(on.asked.map(({ url }) => url)).toEqual([urlOf('now')])
    on.clock.advance(400)
    await round.done
    expect(on.asked.map(({ url }) => url)).toEqual([urlOf('now'), urlOf('soon')])
  })

  test('never more than 50 at once in one round', async () => {
    await using on = await probedShop()
    let asking = 0
    let most = 0
    for (let i = 0; i < 120; i++) {
      await addProbe(on.deps, `p${i}`)
      on.answers.set(urlOf(`p${i}`), async () => {
        most = Math.max(most, ++asking)
        await new Promise((resolve) => setImmediate(resolve))
        asking--
        return ok
      })
    }
    expect(await runDueProbes(on.deps)).toEqual({ checked: 120, flipped: 0 })
    expect(most).toBe(50)
  })

  test('answers of the quick ones are saved while a slow one is awaited', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'quick')
    await addProbe(on.deps, 'hanging')
    const { promise, resolve: answer } = Promise.withResolvers<typeof ok>()
    on.answers.set(urlOf('hanging'), () => promise)
    const { done } = await startDueProbes(on.deps)
    await new Promise((resolve) => setImmediate(resolve))
    on.clock.advance(1000)
    const quick = async () => (await findProbe(on.deps, 'quick')).state
    await expect.poll(quick, { timeout: 10_000 }).toBe('up')
    expect((await findProbe(on.deps, 'hanging')).state).toBe('unknown')
    answer(ok)
    on.clock.advance(250)
    expect(await done).toEqual({ checked: 2, flipped: 0 })
  })
})

test('what we refuse to ask is no data, but the reason is kept', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p')
  const reason = '10.0.0.1 is not a public address and is not allowed'
  on.answers.set(urlOf('p'), { outcome: 'refused', latency_ms: 0, status: null, reason })
  await checks(on, 5)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', lastReason: reason })
  expect(await on.deps.db.select().from(sampleBuckets)).toEqual([])
})

test('a flip is saved at once, and heard of while a slow target is awaited', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'failing', { failureThreshold: 2, recheckMs: 1000 })
  on.answers.set(urlOf('failing'), broken)
  await checks(on)
  await addProbe(on.deps, 'hanging')
  const { promise, resolve: answer } = Promise.withResolvers<typeof ok>()
  on.answers.set(urlOf('hanging'), () => promise)
  on.clock.advance(1000)
  const heard = Promise.withResolvers<void>()
  const { done } = await startDueProbes(on.deps, { onFlip: heard.resolve })
  await heard.promise
  expect((await findProbe(on.deps, 'failing')).state).toBe('down')
  answer(ok)
  expect(await done).toEqual({ checked: 2, flipped: 1 })
})

describe('nobody looked', () => {
  test('while the process slept: a hole in the history, and no outage', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    await addProbe(on.deps, 'p')
    await checks(on)
    on.answers.set(urlOf('p'), silent)
    await checks(on, 2)
    const missed = (on.clock.now() + 30_000 - start) / 1000
    on.clock.advance(3_600_000)
    await checks(on)
    expect((await findProbe(on.deps, 'p')).state).toBe('up')
    const woke = (on.clock.now() - start) / 1000
    expect(await historyOf(on.deps, start)).toEqual([
      `operational 0-${missed}`,
      `operational ${woke}-`,
    ])
    await checks(on, 2)
    expect((await findProbe(on.deps, 'p')).state).toBe('down')
    expect((await historyOf(on.deps, start)).at(-1)).toBe(`major_outage ${woke}-`)
  })
})

test('a database that fails while saving is never an outage: the check is made again', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { failureThreshold: 1 })
  on.answers.set(urlOf('p'), broken)
  const { write } = on.deps.db
  on.deps.db.write = () => Promise.reject(new DomainError('unavailable', 'disk full'))
  await expect(runDueProbes(on.deps)).rejects.toThrow('disk full')
  on.deps.db.write = write
  expect((await findProbe(on.deps, 'p')).state).toBe('unknown')
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect(await runDueProbes(on.deps)).toEqual({ checked: 0, flipped: 0 })
  on.clock.advance(60_000)
  expect(await runDueProbes(on.deps)).toEqual({ checked: 1, flipped: 1 })
})

/** Claims the probe and leaves its question open until it is answered. */
async function askSlowly(on: Awaited<ReturnType<typeof probedShop>>) {
  const { promise, resolve } = Promise.withResolvers<typeof ok>()
  on.answers.set(urlOf('p'), () => promise)
  const { done, asked } = await startDueProbes(on.deps)
  expect(asked).toBe(1)
  await new Promise((next) => setImmediate(next))
  return (answer: typeof ok) => {
    resolve(answer)
    on.clock.advance(250)
    return done
  }
}

describe.each([
  ['of a failure that is enough', 1],
  ['of a failure that is not', 3],
])('an answer %s is forgotten', (_, failureThreshold) => {
  const nothing = { failures: 0, lastReason: '' }

  test('when the settings have changed meanwhile', async () => {
    await using on = await probedShop()
    const { id } = await addProbe(on.deps, 'p', { failureThreshold })
    const answer = await askSlowly(on)
    await updateProbe(on.deps, operator, id, { question: { expect_text: 'fine' } })
    expect((await answer(broken)).flipped).toBe(0)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', ...nothing })
    expect(await on.deps.db.select().from(sampleBuckets)).toEqual([])
  })

  test('when its lease has ended and the next check is under way', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', { failureThreshold })
    const answer = await askSlowly(on)
    on.clock.advance(120_000)
    const answerAgain = await askSlowly(on)
    expect((await answer(broken)).flipped).toBe(0)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', ...nothing })
    await answerAgain(ok)
    expect((await findProbe(on.deps, 'p')).state).toBe('up')
    const counted = await on.deps.db.select().from(sampleBuckets)
    expect(counted.map(({ ok, failed }) => [ok, failed])).toEqual([[1, 0]])
  })
})

test('a batch that fails in the middle leaves nothing of a flip behind', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { failureThreshold: 1 })
  on.answers.set(urlOf('p'), broken)
  const { write } = on.deps.db
  on.deps.db.write = (statements: Statement[]) =>
    write([...statements, on.deps.db.run('INSERT INTO page (id) VALUES (NULL)')])
  await expect(runDueProbes(on.deps)).rejects.toThrow()
  on.deps.db.write = write
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
  expect(await on.deps.db.select().from(alerts)).toEqual([])
  expect(await statusOfComponent(on.deps)).toBe('operational')
})
