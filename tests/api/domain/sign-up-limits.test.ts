import { expect, test } from 'vitest'
import { blockOf, domainOf, mailboxOf } from '../../../api/domain/sign-up-limits.ts'

test.each([
  ['email', 'ada@firm.example', '@firm.example'],
  ['email', 'ada@gmail.com', null],
  ['email', 'ada@web.de', null],
  ['email', 'ada@mail.gmail.com', '@mail.gmail.com'],
  ['webhook', 'https://hooks.firm.example/a?b', 'https://hooks.firm.example/'],
  ['slack', 'https://hooks.slack.com/services/T/B/x', null],
  ['sms', '+4915112345678', null],
] as const)('the domain of %s %s is %s', (channel, address, domain) => {
  expect(domainOf(channel, address)).toBe(domain)
})

test.each([
  ['ada@x.example', 'ada@x.example'],
  ['A.d.a+news@x.example', 'ada@x.example'],
  ['ada+a+b@x.example', 'ada@x.example'],
  ['ada.b@x.y.example', 'adab@x.y.example'],
])('%s ends up in the mailbox %s', (address, mailbox) => {
  expect(mailboxOf(address)).toBe(mailbox)
})

test('a block has ten thousand numbers', () => {
  expect(blockOf('+4915112345678')).toBe('+491511234')
})
