import type { Channel } from '../domain/words.ts'

export const nextSteps = ['check_inbox', 'enter_code', 'check_channel', 'answer_challenge'] as const

/** How the owner of an address confirms a subscription that was asked for. */
export const nextStep: Record<Channel, (typeof nextSteps)[number]> = {
  email: 'check_inbox',
  sms: 'enter_code',
  webhook: 'answer_challenge',
  slack: 'check_channel',
  teams: 'check_channel',
  discord: 'check_channel',
}
