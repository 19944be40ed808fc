/** What monitoring says by itself: names of drafts and alerts, and the first words of an incident. */
export const probe = {
  'probe.silent': '{component} is not reachable',
  'probe.errors': '{component} answers with errors',
  'probe.slow': '{component} answers slowly',
  'probe.missing': '{component} has not reported in time',
  'probe.reported': '{component} reports problems',
  'probe.body': 'Our monitoring noticed this at {time}. We are investigating.',
  'probe.flapping':
    'It has changed several times within {window}, so it counts as this until it has been stable for {stable}.',
} as const
