import * as fc from 'fast-check'
import { getExampleNumber, type CountryCode } from 'libphonenumber-js/mobile'
import examples from 'libphonenumber-js/mobile/examples'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  canonicalNumber,
  countryOf,
  openAddress,
  openChannels,
} from '../../../../api/actions/subscribers/addresses.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import { channels, type Channel } from '../../../../api/domain/words.ts'
import { addressOf, subscribingWorld } from '../../../support/subscribing.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeAll(async () => {
  w = await subscribingWorld({}, channels)
})
afterAll(() => w[Symbol.asyncDispose]())

const listed = { ...noSms, countries: ['US', 'GB', 'DE'] }
const open = (channel: Channel, text: string) => openAddress(w.deps, listed, channel, text)

test.each([
  ['the example beside the field', '+44 7700 900123', '+447700900123', 'GB'],
  ['the fictional area code', '+1 (555) 123-4567', '+15551234567', 'US'],
  ["Twilio's test number", '+1 500 555 0006', '+15005550006', 'US'],
  ['a fictional number of a real area', '+1 415 555 0123', '+14155550123', 'US'],
  ['a number with a nought in brackets', '+49 (0)151 12345678', '+4915112345678', 'DE'],
  ['full-width digits', '＋４９ １５１ １２３４５６７８', '+4915112345678', 'DE'],
])('%s is taken in its canonical form', async (_, text, canonical, country) => {
  expect(await open('sms', text)).toBe(canonical)
  expect(countryOf(canonical)).toBe(country)
})

const country = /must be a number of one of these countries: US, GB, DE/
const mobile = /must be a mobile number with its country code/

test.each([
  ['a country that is not listed', '+33 6 12 34 56 78', country],
  ['Guernsey, which looks like Great Britain', '+44 7911 123456', country],
  ['the Isle of Man, which does too', '+44 7624 123456', country],
  ['Jamaica, which looks like the USA', '+1 876 210 1234', country],
  ['Canada, which does too', '+1 506 234 5678', country],
  ['a satellite', '+882 16 1234567', mobile],
  ['another satellite', '+8816 123456789', mobile],
  ['a number of no country code', '0151 1234567', mobile],
  ['a landline', '+49 30 123456', mobile],
  ['a premium number', '+1 900 555 1234', mobile],
  ['a number that is too short', '+49 151', mobile],
  ['an extension', '+4915112345678 ext. 5', mobile],
  ['words', 'call me', mobile],
])('%s is refused with the reason', async (_, text, message) => {
  const refused = await open('sms', text).catch((error) => error)
  expect(refused).toMatchObject({
    code: 'invalid',
    fields: [{ path: 'address', message: expect.stringMatching(message) }],
  })
})

test.each<[string, Channel, string, RegExp]>([
  ['a webhook without TLS', 'webhook', 'http://example.com/x', /such as https:\/\/example\.com/],
  ["somebody else's URL", 'slack', 'https://example.com/x', /such as https:\/\/hooks\.slack\.com/],
  ["another chat's URL", 'discord', addressOf.slack(1), /such as https:\/\/discord\.com/],
  ['words', 'teams', 'my channel', /such as https:\/\/prod-00\.westeurope\.logic\.azure\.com/],
  ['a number', 'email', '+4915112345678', /such as ada@example\.com/],
])('%s is refused with an example of what would do', async (_, channel, text, message) => {
  await expect(open(channel, text)).rejects.toMatchObject({
    fields: [{ path: 'address', message: expect.stringMatching(message) }],
  })
})

test('what leads into our own network is refused with the reason that was found', async () => {
  const asked: string[] = []
  const deps = {
    ...w.deps,
    refusalOf: (url: URL) => {
      asked.push(url.href)
      return Promise.resolve('refusal.leads_inside' as const)
    },
  }
  await expect(openAddress(deps, listed, 'webhook', addressOf.webhook(1))).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ path: 'address', message: 'must not lead to a private address' }],
  })
  expect(asked).toEqual([addressOf.webhook(1)])
  await openAddress(deps, listed, 'email', addressOf.email(1))
  await openAddress(deps, listed, 'sms', addressOf.sms(1))
  expect(asked).toHaveLength(1)
})

test('SMS is offered only while countries are listed', async () => {
  expect(openChannels(w.deps, listed)).toEqual([...channels])
  expect(openChannels(w.deps, noSms)).not.toContain('sms')
  await expect(openAddress(w.deps, noSms, 'sms', addressOf.sms(1))).rejects.toMatchObject({
    fields: [{ path: 'channel', message: 'must be one of email, webhook, slack, teams, discord' }],
  })
})

const word = fc.stringMatching(/^[a-z\d]{1,12}$/)
const mails = fc
  .tuple(word, word, word)
  .map(([name, tag, host]) => `${name}+${tag}@${host}.Example`)
const numbers = fc
  .constantFrom<CountryCode>('US', 'GB', 'DE')
  .map((country) => getExampleNumber(country, examples)!)
  .chain((number) =>
    fc.constantFrom(number.number, number.formatInternational(), ` ${number.format('RFC3966')} `),
  )
const written: Record<Channel, fc.Arbitrary<string>> = {
  email: mails,
  sms: numbers,
  webhook: fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }),
  slack: word.map((key) => `https://hooks.slack.com/services/T1/B1/${key}/`),
  teams: word.map((key) => `https://a.WEBHOOK.office.com/webhookb2/a@b/IncomingWebhook/${key}/c`),
  discord: fc.nat().map((n) => `https://ptb.discord.com/api/v10/webhooks/${n}/x-_y`),
}

test.each(channels)('of 40 random addresses by %s each has one canonical form', async (channel) => {
  await fc.assert(
    fc.asyncProperty(written[channel], async (text) => {
      const canonical = await open(channel, text).catch(() => null)
      if (canonical === null) return
      expect(await open(channel, canonical)).toBe(canonical)
      expect(await open(channel, `  ${text}\n`)).toBe(canonical)
      expect(canonical).toMatch(/^[\x21-\x7e]{6,2000}$/)
    }),
    { numRuns: 40 },
  )
})

test('of what anybody may type, only numbers come out as numbers', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[\d ().-]{3,20}$/)), (text) => {
      const canonical = canonicalNumber(text)
      if (canonical === null) return
      expect(canonical).toMatch(/^\+[1-9]\d{6,14}$/)
      expect(canonicalNumber(canonical)).toBe(canonical)
    }),
  )
})
