/** SMS: one thought, a state first, a link last. */
export const sms = {
  'sms.update': '{page} {time} {status}: {name}. {body}',
  'sms.confirmation':
    '{page}: your code is {code}. It works for 10 minutes. Msg frequency varies, msg & data rates may apply. Reply HELP for help, STOP to cancel.',
  'sms.help':
    'Service updates you subscribed to. Manage them at {url}. Msg&data rates may apply. Reply STOP to cancel.',
} as const
