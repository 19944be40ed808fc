import { describe, expect, test } from 'vitest'
import {
  canonicalUrl,
  urlExample,
  type UrlChannel,
  literalRefusal,
} from '../../../api/domain/url-address.ts'

const slack = 'https://hooks.slack.com/services/T012/B345/abcDEF678'
const discord = 'https://discord.com/api/webhooks/123456789012345678/abc-DEF_ghi'
const connector =
  'https://shop.webhook.office.com/webhookb2/1111@2222/IncomingWebhook/3333/4444/V2abc'
const signed = '?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a-b_c'
const logicApp = `https://prod-23.westeurope.logic.azure.com/workflows/0123abcd/triggers/manual/paths/invoke${signed}`
const powerAutomate = `https://default1234.09.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/0123abcd/triggers/manual/paths/invoke${signed}`

type Case = [sentence: string, channel: UrlChannel, text: string]

test.each<[...Case, canonical: string]>([
  ['any https URL', 'webhook', 'https://shop.example/hook', 'https://shop.example/hook'],
  ['a bare host', 'webhook', 'https://shop.example', 'https://shop.example/'],
  ['spaces around it', 'webhook', ' https://shop.example/h\n', 'https://shop.example/h'],
  ['a host in capitals', 'webhook', 'HTTPS://Shop.Example/Hook', 'https://shop.example/Hook'],
  ['the port of https', 'webhook', 'https://shop.example:443/h', 'https://shop.example/h'],
  ['a query', 'webhook', 'https://shop.example/h?key=A&b', 'https://shop.example/h?key=A&b'],
  ['a query of nothing', 'webhook', 'https://shop.example/h?', 'https://shop.example/h'],
  ['a slash that may matter', 'webhook', 'https://shop.example/h/', 'https://shop.example/h/'],
  ['a host in any script', 'webhook', 'https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ['a path in any script', 'webhook', 'https://shop.example/ü', 'https://shop.example/%C3%BC'],
  ['dots in the path', 'webhook', 'https://shop.example/a/../b', 'https://shop.example/b'],
  ['an address, judged elsewhere', 'webhook', 'https://0x7f.1/h', 'https://127.0.0.1/h'],
  ['an IPv6 address', 'webhook', 'https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
  ['a Slack webhook', 'slack', slack, slack],
  ['one with noise', 'slack', `${slack}/?utm=1#top`, slack],
  [
    'one of the government',
    'slack',
    slack.replace('slack', 'slack-gov'),
    slack.replace('slack', 'slack-gov'),
  ],
  ['a connector of Teams', 'teams', connector, connector],
  ['a connector with noise', 'teams', `${connector}/?a=b`, connector],
  ['a workflow of Teams', 'teams', logicApp.replace('.com', '.com:443'), logicApp],
  [
    'a workflow on the newer host',
    'teams',
    powerAutomate.replace('.com', '.com:443'),
    powerAutomate,
  ],
  ['a Discord webhook', 'discord', discord, discord],
  ['one of a test build', 'discord', discord.replace('discord', 'canary.discord'), discord],
  ['one of the older host', 'discord', discord.replace('discord', 'ptb.discordapp'), discord],
  ['one that names a version', 'discord', discord.replace('api/', 'api/v10/'), discord],
  ['one with noise', 'discord', `${discord}/?wait=true`, discord],
  ['one for a thread', 'discord', `${discord}?wait=true&thread_id=42`, `${discord}?thread_id=42`],
])('%s is an address (%s)', (_sentence, channel, text, canonical) => {
  expect(canonicalUrl(channel, text)).toBe(canonical)
})

test.each<Case>([
  ['nothing', 'webhook', ''],
  ['no URL', 'webhook', 'shop.example/hook'],
  ['plain http', 'webhook', 'http://shop.example/hook'],
  ['another scheme', 'webhook', 'ftp://shop.example/hook'],
  ['another port', 'webhook', 'https://shop.example:8443/hook'],
  ['a user name', 'webhook', 'https://me@shop.example/hook'],
  ['a password', 'webhook', 'https://:secret@shop.example/hook'],
  ['a fragment', 'webhook', 'https://shop.example/hook#part'],
  ['a space within', 'webhook', 'https://shop.example/ho ok'],
  ['a line break within', 'webhook', 'https://shop.example/ho\nok'],
  ['localhost', 'webhook', 'https://localhost/hook'],
  ['a name under localhost', 'webhook', 'https://shop.localhost/hook'],
  ['a single label', 'webhook', 'https://intranet/hook'],
  ['a name of the local link', 'webhook', 'https://printer.local/hook'],
  ['a name of an internal network', 'webhook', 'https://metadata.google.internal/hook'],
  ['a name of a home network', 'webhook', 'https://router.home.arpa/hook'],
  ['a name with a dot at its end', 'webhook', 'https://printer.local./hook'],
  ['an impossible name', 'webhook', 'https://shop_1.example/hook'],
  ['more than 2,000 characters', 'webhook', `https://shop.example/${'x'.repeat(1_980)}`],
  ['too much once it is encoded', 'webhook', `https://shop.example/${'ü'.repeat(400)}`],
  ['Slack elsewhere', 'slack', slack.replace('hooks.slack.com', 'hooks.slack.com.evil.example')],
  ['Slack over http', 'slack', slack.replace('https', 'http')],
  ['Slack’s site', 'slack', 'https://slack.com/services/T012/B345/abc'],
  ['a webhook without its secret', 'slack', 'https://hooks.slack.com/services/T012/B345/'],
  ['a trigger of a workflow', 'slack', 'https://hooks.slack.com/triggers/T012/345/abc'],
  ['a workflow of Slack', 'slack', 'https://hooks.slack.com/workflows/T012/A345/678/abc'],
  ['Teams elsewhere', 'teams', connector.replace('office.com', 'office.com.evil.example')],
  ['a host that only ends like it', 'teams', connector.replace('shop.webhook', 'evilwebhook')],
  ['a connector without its key', 'teams', 'https://shop.webhook.office.com/webhookb2/1111@2222'],
  ['a workflow for members only', 'teams', logicApp.replace('&sig=a-b_c', '')],
  ['a workflow with an empty key', 'teams', logicApp.replace('a-b_c', '')],
  ['another part of Azure', 'teams', logicApp.replace('/triggers/manual/paths/invoke', '/runs')],
  ['Discord elsewhere', 'discord', discord.replace('discord.com', 'discord.com.evil.example')],
  ['an invitation', 'discord', 'https://discord.com/invite/abc'],
  ['a webhook without its token', 'discord', 'https://discord.com/api/webhooks/123456789012345678'],
  ['a webhook in Slack’s dialect', 'discord', `${discord}/slack`],
  ['a webhook of another channel', 'discord', slack],
])('%s is none (%s)', (_sentence, channel, text) => {
  expect(canonicalUrl(channel, text)).toBeNull()
})

describe('an example', () => {
  test.each(Object.entries(urlExample))('of %s is an address in its one form', (channel, url) => {
    expect(canonicalUrl(channel as UrlChannel, url)).toBe(url)
  })
})

test.each([
  ['https://10.0.0.1/hook', 'refusal.ip_address'],
  ['https://0x7f.1/hook', 'refusal.ip_address'],
  ['https://[::ffff:10.0.0.1]/hook', 'refusal.ip_address'],
  ['https://10.example.com/hook', null],
])('where no name can be looked up, of %s is said: %s', (url, refusal) => {
  expect(literalRefusal(new URL(url))).toBe(refusal)
})
