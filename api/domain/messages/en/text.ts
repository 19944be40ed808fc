/** Subjects and the plain-text twins of mails. */
export const text = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] Confirm your subscription',
  'text.subject.already_subscribed': '[{page}] You are already subscribed',
  'text.state': '{status} · {time}',
  'text.impact': 'Impact: {impact}',
  'text.components': 'Affected:',
  'text.component': '- {name}: {status}',
  'text.component_changed': '- {name}: {old} -> {new}',
  'text.next_update': 'Next update by {time}.',
  'text.all_clear.issue': 'What happened: {text}',
  'text.all_clear.root_cause': 'Root cause: {text}',
  'text.all_clear.fix': 'What was done: {text}',
  'text.all_clear.impact': 'Impact: {text}',
  'text.all_clear.postmortem': 'Post-mortem: {url}',
  'text.more': 'The whole timeline: {url}',
  'text.support': 'Need help? {contact}',
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
