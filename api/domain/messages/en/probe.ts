/** What monitoring says by itself: names of drafts and alerts, and the first words of an incident. */
export const probe = {
  'probe.silent': '{component} is not reachable',
  'probe.errors': '{component} answers with errors',
  'probe.slow': '{component} answers slowly',
  'probe.body': 'Our monitoring noticed this at {time}. We are investigating.',
  'probe.own_network': 'Most monitored targets fell silent at once',
  'probe.own_network.detail':
    'This looks like a fault of our own network, so no component was called down. If the targets really are down, set the status of their components by hand.',
} as const
