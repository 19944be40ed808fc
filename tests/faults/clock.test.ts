import { expect } from 'vitest'
import type { Preferences } from '../../api/domain/subscription.ts'
import { eventually } from '../support/service.ts'
import { ofMail } from './callbacks.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { type Lab, openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { untilTold } from './waiting.ts'

const MINUTE = 60_000

const BATCH = 100
/** Requests that are answered with an error before the clock is set: what was in them waits for its repetition. */
const ERRORS = 6
/** What two services have under way when a lease is over too soon, or the machine too slow. */
const REPEATED = 3 * 2 * 4
/** What a wait, and the machine, may take; far less than the clock was set by. */
const SOON = 3 * MINUTE

const jumps = [
  { way: 'forward', by: 10 * MINUTE },
  { way: 'back', by: -10 * MINUTE },
]

for (const { way, by } of jumps)
  scenario(
    14,
    `a clock that is set ten minutes ${way} in the middle`,
    async (context) => {
      await using lab = await openLab({ mails: size(1_500, 5_000), texts: 20, speed: 4 })
      lab.office.makeWeather((kind, nth) => {
        if (kind === 'text' && nth === 2) lab.sandbox.faults.set('twilio', 'error_after', 1)
        if (kind === 'mail' && nth > 1 && nth <= 1 + ERRORS)
          lab.sandbox.faults.set('resend', 'error_before', 1)
      })
      const service = await lab.start()
      await lab.start()
      const set = lab.office.stepIn('mail', 5, 'before', async () => {
        await eventually('something waits for its repetition', () => somethingWaits(lab))
        await lab.jump(by)
      })
      const incident = await lab.open(service)
      await set
      const began = lab.now()
      await eventually('they hear of it', async () => lab.told('mail').size >= lab.mails)
      expect(lab.now() - began, 'nobody waits until the clock is right').toBeLessThan(SOON)

      const [mail] = lab.sandbox.mails.all()
      // Signed by whose clock was right all the time.
      const receipt = await ofMail(lab, mail!, 'email.delivered', { age: by / 1_000 })
      expect((await fetch(receipt.clone())).status, 'far from our time').toBe(403)
      await lab.jump(-by)
      expect((await fetch(receipt)).status, 'tried again when the clock is right').toBe(200)
      await expectToldSoon(lab, incident)
      await expectToldSoon(lab, await lab.open(service))
      expect(lab.office.begun('mail'), 'nobody asks for more').toBeLessThanOrEqual(
        (2 * lab.mails) / BATCH + ERRORS + REPEATED,
      )
      expect(lab.office.begun('text'), 'no text is sent a second time').toBe(2 * lab.texts)
      await expectInvariants(context, lab)
    },
    { onlyFull: way === 'forward' },
  )

async function somethingWaits(lab: Lab): Promise<boolean> {
  const waiting = await lab.look(
    `SELECT 1 FROM batches WHERE state = 'open' AND leased_until IS NULL AND attempts > 0
       AND not_before > ${lab.now()} AND channel = 'email'`,
  )
  return waiting.length > 0
}

async function expectToldSoon(lab: Lab, incident: string): Promise<void> {
  const began = lab.now()
  await untilTold(lab.services[0]!, incident)
  expect(lab.now() - began, 'nobody waits for a clock that is right').toBeLessThan(SOON)
}

const HOUR = 60 * MINUTE

type Night = {
  name: string
  zone: string
  /** When it begins, and what is wrong then; well before midnight there. */
  from: string
  wish: Partial<Preferences>
  /** When it is told of, and of the second trouble, which begins ten minutes later. */
  told: [string, string]
  onlyFull?: boolean
}

const berlin = 'Europe/Berlin'
const newYork = 'America/New_York'
const quietUntil = (until: string) => ({ quiet: { from: '22:00', until } })

const nights: Night[] = [
  {
    name: 'a digest at an hour that Berlin skips',
    zone: berlin,
    from: '2027-03-27T20:00Z',
    wish: { digest_at: '02:30' },
    told: ['2027-03-28T01:00Z', '2027-03-29T00:30Z'],
    onlyFull: true,
  },
  {
    name: 'a digest at an hour that Berlin has twice',
    zone: berlin,
    from: '2026-10-24T20:00Z',
    wish: { digest_at: '02:30' },
    told: ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  },
  {
    name: 'quiet hours that end at an hour that New York skips',
    zone: newYork,
    from: '2027-03-14T03:00Z',
    wish: quietUntil('02:30'),
    told: ['2027-03-14T07:00Z', '2027-03-14T07:10Z'],
    onlyFull: true,
  },
  {
    name: 'quiet hours of a night that is an hour longer in New York',
    zone: newYork,
    from: '2026-11-01T03:00Z',
    wish: quietUntil('07:00'),
    told: ['2026-11-01T12:00Z', '2026-11-01T12:10Z'],
    onlyFull: true,
  },
  {
    name: 'quiet hours of a night that is an hour shorter in Berlin',
    zone: berlin,
    from: '2027-03-27T22:00Z',
    wish: quietUntil('07:00'),
    told: ['2027-03-28T05:00Z', '2027-03-28T05:10Z'],
    onlyFull: true,
  },
  {
    name: 'a digest at an hour that New York has twice',
    zone: newYork,
    from: '2026-11-01T00:00Z',
    wish: { digest_at: '01:30' },
    told: ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    onlyFull: true,
  },
  {
    name: 'a digest on the 29th of February',
    zone: berlin,
    from: '2028-02-28T20:00Z',
    wish: { digest_at: '08:00' },
    told: ['2028-02-29T07:00Z', '2028-03-01T07:00Z'],
    onlyFull: true,
  },
]

for (const { name, zone, from, wish, told, onlyFull = false } of nights)
  scenario(
    14,
    name,
    async (context) => {
      const startsAt = Date.parse(from)
      const moments = told.map((at) => Date.parse(at))
      await using lab = await openLab({
        mails: 3,
        speed: 60,
        startsAt,
        wishes: wish,
        timeZone: zone,
      })
      const one = await lab.start()
      await lab.start()
      for (const [nth, at] of moments.entries()) {
        await lab.open(one, { name: `Trouble ${nth}`, ...mild })
        // An hour that comes twice is over after two, and what was due in it is sent soon after.
        const begun = lab.now()
        const early = [begun + 2 * HOUR, begun + 2 * HOUR + 5 * MINUTE, at - 2 * MINUTE]
        for (const moment of early.filter((moment) => moment > lab.now() && moment < at)) {
          await goTo(lab, moment)
          expect(timesTold(lab), 'nobody is told before').toEqual(Array(3).fill(nth))
        }
        await goTo(lab, at + MINUTE)
        await eventually('it is told', async () => timesTold(lab).every((n) => n === nth + 1))
        await goTo(lab, at + 10 * MINUTE)
      }
      await goTo(lab, moments[1]! + 20 * HOUR)
      expect(timesTold(lab), 'a schedule fires once').toEqual(Array(3).fill(2))
      const late = lab.sandbox.mails
        .all()
        .map(({ accepted_at }) => Math.min(...moments.map((at) => Math.abs(accepted_at - at))))
      expect(Math.max(...late), 'on time').toBeLessThan(30 * MINUTE)
      await expectInvariants(context, lab)
    },
    { onlyFull },
  )

/** Nothing that would wake anybody. */
const mild = { components: [{ key: 'checkout', status: 'degraded_performance' }] }

const timesTold = (lab: Lab) =>
  Array.from({ length: 3 }, (_, n) => lab.told('mail').get(`person${n}@example.com`) ?? 0)

/** Moves the time to a moment, and waits until every duty has seen it there. */
async function goTo(lab: Lab, moment: number): Promise<void> {
  if (lab.now() < moment) await lab.jump(moment - lab.now())
  const duties = ['expand', 'release', 'digest', 'send']
  const seen = `SELECT count(*) AS n FROM duties
    WHERE started_at >= ${moment} AND name IN ('${duties.join("', '")}')`
  await eventually('every duty has come round', async () => {
    const [row] = await lab.look<{ n: number }>(seen)
    return row!.n === duties.length
  })
}
