import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalEmail, redact } from '../../../api/domain/address.ts'

test.each([
  ['the domain is in lower case, the rest stays', 'Ada.L+x@Example.COM', 'Ada.L+x@example.com'],
  ['spaces around are not part of it', '  ada@example.com\n', 'ada@example.com'],
  [
    'a domain in another script is stored in ASCII',
    'ada@bücher.example',
    'ada@xn--bcher-kva.example',
  ],
  ['a subdomain may have digits and hyphens', 'a@mx-1.2.example.co', 'a@mx-1.2.example.co'],
  ['an apostrophe is allowed', "o'neil@example.com", "o'neil@example.com"],
])('%s', (_, text, canonical) => {
  expect(canonicalEmail(text)).toBe(canonical)
})

test.each([
  ['nothing', ''],
  ['no @', 'example.com'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['a domain without a dot', 'ada@localhost'],
  ['an address literal', 'ada@[127.0.0.1]'],
  ['a number instead of a domain', 'ada@127.0.0.1'],
  ['two @', 'ada@home@example.com'],
  ['a name around it', 'Ada <ada@example.com>'],
  ['two addresses', 'ada@example.com,eve@example.com'],
  ['a line break inside', 'ada@example.com\r\nBcc: eve@example.com'],
  ['a line break in the local part', 'a\nda@example.com'],
  ['two dots in a row', 'ada..l@example.com'],
  ['a dot at the end of the local part', 'ada.@example.com'],
  ['a label that ends with a hyphen', 'ada@example-.com'],
  ['a port', 'ada@example.com:25'],
  ['a path', 'ada@example.com/x'],
  ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ['255 characters', `a@${'b.'.repeat(125)}com`],
])('%s is no address', (_, text) => {
  expect(canonicalEmail(text)).toBeNull()
})

test('what is canonical stays as it is and never holds a control character', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
      const canonical = canonicalEmail(text)
      if (canonical === null) return
      expect(canonicalEmail(canonical)).toBe(canonical)
      expect(canonical).toMatch(/^[\x21-\x7e]{6,254}$/)
    }),
  )
})

test.each([
  ['ada@example.com', 'a•••@example.com'],
  ['a@example.com', 'a•••@example.com'],
  ['+4917012341234', '+49•••1234'],
])('%s is shown as %s', (address, shown) => {
  expect(redact(address)).toBe(shown)
})
