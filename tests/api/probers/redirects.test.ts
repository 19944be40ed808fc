import { describe, expect, test } from 'vitest'
import { ask, question, serve } from './asking.ts'

describe('a redirect', () => {
  test('is followed, with the headers, on the same origin', async () => {
    const tokens: unknown[] = []
    const url = await serve((request, response) => {
      tokens.push(request.headers['x-token'])
      if (request.url === '/') response.writeHead(301, { location: '/end' }).end()
      else response.end('the end')
    })
    const sample = await ask(
      question(url, { expect_text: 'the end', headers: { 'x-token': 's3' } }),
    )
    expect(sample.outcome).toBe('ok')
    expect(tokens).toEqual(['s3', 's3'])
  })

  test('to another origin loses the headers, and does not get them back', async () => {
    const tokens: unknown[] = []
    const home = { url: '' }
    const other = await serve((request, response) => {
      tokens.push(request.headers['x-token'])
      response.writeHead(302, { location: `${home.url}/back` }).end()
    })
    home.url = await serve((request, response) => {
      if (request.url === '/') return void response.writeHead(302, { location: other }).end()
      tokens.push(request.headers['x-token'])
      response.end('ok')
    })
    const headers = { 'x-token': 's3cret', authorization: 'Bearer s3cret' }
    expect(await ask(question(home.url, { headers }))).toMatchObject({ outcome: 'ok' })
    expect(tokens).toEqual([undefined, undefined])
  })

  test.each([
    ['to the metadata of the cloud', 'http://169.254.169.254/latest/', '169.254.169.254'],
    ['to a private network', 'http://10.0.0.1/', '10.0.0.1'],
    ['to IPv6 loopback', 'http://[::1]:80/', '::1'],
  ])('%s is refused', async (_, location, address) => {
    const url = await serve((_, response) => void response.writeHead(302, { location }).end())
    const reason = `${address} is not a public address and is not allowed`
    expect(await ask(question(url))).toMatchObject({ outcome: 'refused', status: null, reason })
  })

  test('to another scheme is refused', async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    })
    expect(await ask(question(url))).toMatchObject({
      outcome: 'refused',
      reason: 'only http and https are asked',
    })
  })
})
