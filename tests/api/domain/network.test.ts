import { expect, test } from 'vitest'
import { networkOf } from '../../../api/domain/network.ts'

test.each([
  ['an IPv4 address stands for its /24', '203.0.113.77', '203.0.113'],
  ['so does its IPv6 form', '::ffff:203.0.113.77', '203.0.113'],
  ['an IPv6 address stands for its /56', '2001:db8:1:2ff:a::1', '2001:db8:1:2'],
  ['a short one too', '2001:db8::1', '2001:db8:0:0'],
  ['in any case of letters', '2001:DB8::1', '2001:db8:0:0'],
  ['loopback is our own side', '127.0.0.1', null],
  ['and in IPv6', '::1', null],
  ['a private network is our own side', '172.20.0.3', null],
  ['and in its IPv6 form', '::ffff:10.1.2.3', null],
  ['a carrier network is', '100.64.0.1', null],
  ['a unique local address is', 'fd00::1', null],
  ['a runtime may not know', undefined, null],
])('%s', (_, ip, network) => {
  expect(networkOf(ip)).toBe(network)
})
