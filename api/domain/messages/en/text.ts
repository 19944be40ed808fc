/** Subjects and the plain-text twins of mails. */
export const text = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] Confirm your subscription',
  'text.subject.already_subscribed': '[{page}] You are already subscribed',
  'text.subject.digest': '[{page}] Your daily summary',
  'text.state': '{status} · {time}',
  'text.fact': '{name}: {value}',
  'text.components': 'Affected:',
  'text.to_be_affected': 'Will be affected:',
  'text.component': '- {name}: {change}',
  'text.more': 'The whole timeline: {url}',
  'text.read_on': 'This is only the beginning. The whole text: {url}',
  'text.page': 'The status page: {url}',
  'text.support': 'Need help? {contact}',
  'text.privacy': 'Privacy: {url}',
  'text.terms': 'Terms: {url}',
  'text.why': 'You get this because you subscribed to {page} ({url}).',
  'text.manage': 'Choose what you hear of: {url}',
  'text.unsubscribe': 'Unsubscribe: {url}',
  'text.confirm':
    'Somebody, we hope you, asked to be told when something happens at {page}. To confirm, open:',
  'text.confirm_hint':
    'The link works for 48 hours. If it was not you, ignore this: nothing will be sent.',
  'text.already':
    'Somebody, we hope you, asked for updates of {page}. You already get them; nothing has changed.',
} as const
