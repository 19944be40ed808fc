import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Message } from '../../../../api/providers/provider.ts'
import { allAccepted, crowdWorld, tellCrowd, type Crowd } from '../../../support/crowd.ts'
import { states } from '../../../support/deliveries.ts'
import { openTrouble, tick } from '../../../support/telling.ts'

/** Requests that are answered when a test says so. */
function waitingRoom() {
  const answers: (() => void)[] = []
  const seen = { most: 0 }
  return {
    answers,
    seen,
    async answer(messages: Message[]) {
      const { promise, resolve } = Promise.withResolvers<void>()
      answers.push(resolve)
      seen.most = Math.max(seen.most, answers.length)
      await promise
      return allAccepted(messages)
    },
    answerAll: () => answers.splice(0).forEach((resolve) => resolve()),
  }
}

/** Answers whatever comes until so many people have been told. */
async function answerUntil(on: Crowd, room: ReturnType<typeof waitingRoom>, told: number) {
  while ((await states(on.deps))['accepted'] !== told) {
    room.answerAll()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const until = (what: () => unknown, is: number) =>
  expect.poll(what, { timeout: 10_000, interval: 5 }).toBe(is)

test('whoever asks to send while others do brings no further lanes', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 200)
  const calls = [sendDue(on.deps), sendDue(on.deps), sendDue(on.deps)]
  for (let told = 0; told < 20; told += 4) {
    await until(() => room.answers.length, 4)
    room.answerAll()
  }
  expect((await Promise.all(calls)).reduce((all, one) => all + one)).toBe(20)
  expect(room.seen.most).toBe(4)
  expect(await states(on.deps)).toEqual({ accepted: 200 })
})

test('another process has lanes of its own', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 200)
  const calls = [sendDue(on.deps), sendDue({ ...on.deps, instance: 'another' })]
  await until(() => room.answers.length, 8)
  const settled = Promise.all(calls)
  await answerUntil(on, room, 200)
  await settled
  expect(room.seen.most).toBe(8)
})

test('new work starts at once where a lane is free', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 10)
  const beat = sendDue(on.deps)
  await until(() => room.answers.length, 1)
  await openTrouble(on.deps, { name: 'Another' })
  const nudged = tick(on.deps)
  await until(() => room.answers.length, 2)
  room.answerAll()
  await Promise.all([beat, nudged])
  expect(await states(on.deps)).toEqual({ accepted: 20 })
})

test('a confirmation never waits for large requests', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 100)
  const beat = sendDue(on.deps)
  await until(() => room.answers.length, 4)
  await makeUrgent(on.deps)
  const nudged = sendDue(on.deps)
  await until(() => room.answers.length, 5)
  expect(on.sent[4]!.messages).toHaveLength(1)
  await answerUntil(on, room, 100)
  await Promise.all([beat, nudged])
})

async function makeUrgent(deps: Deps): Promise<void> {
  await deps.db.run(`UPDATE deliveries SET priority = 0 WHERE id = 100`)
}

test('whoever is asked last ends with the lanes of all', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 10)
  const first = sendDue(on.deps)
  await until(() => room.answers.length, 1)
  const second = sendDue(on.deps)
  const ends = [first.then(() => 'first'), second.then(() => 'second')]
  const rest = new Promise((resolve) => setImmediate(() => resolve('nobody')))
  expect(await Promise.race([...ends, rest])).toBe('nobody')
  room.answerAll()
  expect(await Promise.all([first, second])).toEqual([1, 0])
})

test('lanes that nobody has heard of for a minute leave their room to others', async () => {
  const room = waitingRoom()
  await using on = await crowdWorld({ answer: room.answer })
  await tellCrowd(on.deps, 80)
  const lost = sendDue(on.deps)
  await until(() => room.answers.length, 4)
  const gone = room.answers.splice(0)
  on.clock.advance(61_000)
  const next = sendDue(on.deps)
  await until(() => room.answers.length, 4)
  await answerUntil(on, room, 80)
  await next
  gone.forEach((resolve) => resolve())
  await lost
})
