import { expect } from 'vitest'
import { serveAnswers } from '../support/name-server.ts'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { scenario } from './scenario.ts'
import { gone, well, type Conduct } from './targets.ts'
import { expectTruth, isHole, ownFaults, readProbes, untilStatus, untilWell } from './truth.ts'
import { INTERVAL, openWatch } from './watched.ts'
import { pause } from './waiting.ts'

/** What a page with a body of a gigabyte, one that drips, and so on, do to whoever asks. */
const endless: Conduct = (_, response) => {
  const chunk = Buffer.alloc(64 * 1024, 'a')
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.writeHead(200, { 'content-length': 2 ** 30 }).on('drain', more)
  more()
}
const dripping: Conduct = (_, response) => {
  const drip = setInterval(() => response.write('.'), 50)
  response.on('close', () => clearInterval(drip))
}
const circling: Conduct = (request, response) =>
  void response.writeHead(302, { location: `${request.url}x` }).end()
const boasting: Conduct = (_, response) =>
  void response.writeHead(200, { 'x-big': 'a'.repeat(200_000) }).end()

scenario(20, 'targets that drip, circle, boast and pour, and nothing is left behind', async () => {
  await using on = await openWatch({ targets: 6 })
  const service = await on.start()
  await untilWell(service)
  const before = await on.heldBy(service)
  const [, pouring, ...odd] = on.targets
  await pouring!.behave(endless)
  for (const [i, conduct] of [dripping, circling, boasting].entries()) await odd[i]!.breaks(conduct)
  for (const i of [2, 3, 4]) await untilStatus(service, `target${i}`, 'major_outage')
  await pause(size(2_000, 20_000))
  const reasons = (await readProbes(service)).probes.map(({ last_reason }) => last_reason)
  expect(reasons.slice(2, 5)).toEqual([
    `no complete answer in ${INTERVAL} ms`,
    'answered 302 instead of 2xx',
    'the headers of the answer are too long (UND_ERR_HEADERS_OVERFLOW)',
  ])
  for (const target of odd.slice(0, 3)) await target.mends()
  await pouring!.behave(well)
  await untilWell(service)
  await expectTruth(on)
  await eventually('it lets go of what it held', async () => {
    const held = await on.heldBy(service)
    return (
      held.files <= before.files + 2 &&
      held.resources.length <= before.resources.length + 2 &&
      held.heap - before.heap < 16 * 2 ** 20
    )
  })
})

scenario(20, 'our own network is cut for a while', async () => {
  await using on = await openWatch({ targets: 5 })
  const service = await on.start()
  await untilWell(service)
  for (const target of on.targets) await target.behave(gone)
  await eventually('nothing is believed', async () =>
    (await readProbes(service)).probes.every((probe) => probe.last_reason.startsWith('no verdict')),
  )
  const within = on.now()
  await pause(size(1_500, 30_000))
  await eventually('they are asked again in vain', async () =>
    (await readProbes(service)).probes.every(
      ({ last_checked_at }) => Date.parse(last_checked_at ?? '') > within,
    ),
  )
  expect(await ownFaults(on)).toBe(1)
  for (const target of on.targets) await target.behave(well)
  await untilWell(service)
  expect(await isHole(on, 'target0', within), 'nobody knows what was meanwhile').toBe(true)
  await on.targets[0]!.breaks(gone)
  await untilStatus(service, 'target0', 'major_outage')
  await on.targets[0]!.mends()
  await untilStatus(service, 'target0', 'operational')
  await expectTruth(on)
})

const name = /^target\d\.test$/

scenario(20, 'our own name server dies, and then a name is taken away', async () => {
  let say: Parameters<typeof serveAnswers>[0] = known
  const names = await serveAnswers((...asked) => say(...asked))
  try {
    await using on = await openWatch({ targets: 1, names: `127.0.0.1:${names.port}` })
    const service = await on.start()
    await untilWell(service)
    for (const dead of [null, { code: 2 }, { code: 5 }]) {
      say = () => dead
      await eventually('it is noticed', async () => (await ownFaults(on)) > 0)
      await pause(size(1_000, 10_000))
      say = known
      await eventually('it is over', async () => (await ownFaults(on)) === 0)
    }
    const [target] = on.targets
    target!.outages.push({ from: on.now(), to: null })
    say = (asked) => (name.test(asked) ? { code: 3 } : known(asked))
    await untilStatus(service, 'target0', 'major_outage')
    const { probes } = await readProbes(service)
    expect(probes[0]!.last_reason).toBe('the host name does not resolve (ENOTFOUND)')
    say = known
    target!.outages[0]!.to = on.now()
    await untilStatus(service, 'target0', 'operational')
    await expectTruth(on)
  } finally {
    await names.close()
  }
})

function known(asked: string) {
  const host = 10 + Number(asked.replaceAll(/\D/g, '').slice(0, 1))
  return name.test(asked) ? { records: { A: [Buffer.of(127, 0, 0, host)] } } : { code: 3 }
}
