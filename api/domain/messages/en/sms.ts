/** SMS: one thought, a state first, a link last. Each is short: two segments hold 134 characters of many scripts. */
export const sms = {
  'sms.incident': '{status}: {name} ({page}, {time}).',
  'sms.next_update': 'Next update by {time}.',
  'sms.maintenance_scheduled': 'Maintenance scheduled: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_reminder': 'Maintenance soon: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_started': 'Maintenance started: {name} ({page}), until {end}.',
  'sms.maintenance_updated': 'Maintenance update: {name} ({page}), until {end}.',
  'sms.maintenance_extended': 'Maintenance takes longer: {name} ({page}), until {end}.',
  'sms.maintenance_moved': 'Maintenance moved: {name} ({page}), now {start}, {duration}.',
  'sms.maintenance_planned': 'Maintenance update: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_completed': 'Maintenance completed: {name} ({page}, {time}).',
  'sms.maintenance_cancelled': 'Maintenance cancelled: {name} ({page}), planned for {start}.',
  'sms.postmortem_published': 'Post-mortem published: {name} ({page}).',
  'sms.digest': {
    one: '{page}: one incident or maintenance had news. {names}',
    other: '{page}: {n} incidents and maintenances had news. {names}',
  },
  'sms.confirmation':
    '{code}: your code for {page} (10 min). Msg freq varies, rates may apply. HELP for help, STOP to end.',
  'sms.already_subscribed': '{page}: you get updates already, nothing has changed.',
  'sms.help':
    'Service updates you subscribed to. Manage them at {url}. Msg&data rates may apply. Reply STOP to cancel.',
} as const
