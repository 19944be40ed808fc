import { createHmac, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { nodeHmac } from '../../../api/node/hmac.ts'
import { createSecrets } from '../../../api/secrets.ts'

const secretKey = 'a secret of tests that is long enough'
const ways = [
  ['by the web’s HMAC', await createSecrets(secretKey)],
  ['by Node’s HMAC', await createSecrets(secretKey, nodeHmac)],
] as const

/** As whoever has the secret could work it out: HKDF (RFC 5869), then HMAC. */
function mac(purpose: string, text: string): Buffer {
  const key = hkdfSync('sha256', secretKey, '', `allclear/${purpose}`, 32)
  return createHmac('sha256', Buffer.from(key)).update(text).digest()
}

test.each(ways)('links and codes made %s are those of older mails', async (_, secrets) => {
  const text = 'v1.abcdefghijkl.1'
  const signature = mac('unsubscribe', text).subarray(0, 16).toString('base64url')
  expect(await secrets.sign('unsubscribe', text)).toBe(signature)
  expect(await secrets.verify('unsubscribe', text, signature)).toBe(true)
  expect(await secrets.verify('manage', text, signature)).toBe(false)
  const code = mac('code', 'abcdefghijkl|1').readUInt32BE() % 1_000_000
  expect(await secrets.code('abcdefghijkl|1')).toBe(String(code).padStart(6, '0'))
  expect(await secrets.webhookSecret('abcdefghijkl', 2)).toBe(
    `whsec_${mac('webhook', 'abcdefghijkl|2').toString('base64')}`,
  )
})

test('an address has the same hash on every machine', async () => {
  const [web, node] = await Promise.all(
    ways.map(([, secrets]) => secrets.hashAddress('email', 'Ä@shop.example')),
  )
  expect(node).toBe(web)
})
