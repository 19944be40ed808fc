import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, published, startService, type Service } from '../../support/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
  await published(service)
}, 60_000)
afterAll(() => service[Symbol.asyncDispose]())

const subscribe = (channel: string, address: string) =>
  service.api('/api/subscribers', { method: 'POST', body: { channel, address } })

/** The first message that the inbox has for a URL. */
function arrived(address: string) {
  const path = `/sandbox/messages.json?to=${encodeURIComponent(address)}`
  return eventually(`a message at ${address}`, async () => {
    const found = await fetch(service.url + path)
    return ((await found.json()) as { messages: { text: string }[] }).messages[0]
  })
}

const workflow = 'workflows/0123456789abcdef/triggers/manual/paths/invoke?sig=sandbox'

test.each([
  ['webhook', 'https://receiver.example/hook'],
  ['slack', 'https://hooks.slack.com/services/T00000000/B00000000/sandbox'],
  ['teams', `https://prod-00.westeurope.logic.azure.com/${workflow}`],
  ['discord', 'https://discord.com/api/webhooks/123456789012345678/sandbox'],
])('without providers nothing leaves: %s is asked in the inbox', async (channel, address) => {
  expect((await subscribe(channel, address)).status).toBe(202)
  const asked = await arrived(address)
  expect(asked).toMatchObject({ channel, to: address, from: expect.stringContaining('Allclear') })
  expect(asked.text).toContain(`${service.url}/subscriptions/confirm?token=`)
  const shown = await fetch(`${service.url}/sandbox/endpoints/${encodeURIComponent(address)}`)
  expect(await shown.text()).toContain(`<a href="${service.url}/subscriptions/confirm?token=`)
})

test('a receiver that answers the challenge by itself is subscribed', async () => {
  await subscribe('webhook', 'https://receiver.example/echo')
  await eventually('it is active', async () => {
    const found = await service.api('/api/admin/subscribers?channel=webhook&state=active')
    return (await found.text()).includes('receiver.example/echo')
  })
})

test.each(['https://127.0.0.1/hook', 'https://[::1]/hook', 'https://10.0.0.1/hook'])(
  'a private address is refused in the sandbox, too: %s',
  async (address) => {
    const answer = await subscribe('webhook', address)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('private address')
  },
)
