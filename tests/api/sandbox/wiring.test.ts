import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox, type NodeSandbox } from '../../../api/node/sandbox.ts'
import { postingTo } from '../../../api/sandbox/endpoints/posting.ts'

const service = { url: 'http://127.0.0.1:3000', publicUrl: 'http://127.0.0.1:3000' }
let sandbox: NodeSandbox
beforeAll(async () => void (sandbox = await startSandbox(service)))
afterAll(() => sandbox.stop())

const inbox = (path: string) =>
  sandbox.withInbox(() => new Response('the service'))(new Request(service.url + path), {
    clientIp: '127.0.0.1',
  })

test.each([
  ['a receiver that nobody has', 'https://receiver.example/hook'],
  ['a receiver that somebody has', 'https://github.com/hook'],
  ['Slack', 'https://hooks.slack.com/services/T0/B0/X'],
])('what is posted to %s lands in the inbox beside the service', async (_sentence, url) => {
  const post = postingTo(sandbox.endpointsUrl, fetch)
  await post(url, { method: 'POST', body: '{"text":"Hi"}' })
  const answer = await inbox(`/sandbox/messages.json?to=${encodeURIComponent(url)}`)
  expect(await answer.json()).toMatchObject({ messages: [{ to: url, text: '{"text":"Hi"}' }] })
  const shown = await inbox(`/sandbox/endpoints/${encodeURIComponent(url)}`)
  expect(await shown.text()).toContain(`<a href="/sandbox/endpoints">`)
})
