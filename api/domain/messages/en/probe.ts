/** What monitoring says by itself: names of drafts and alerts, and the first words of an incident. */
export const probe = {
  'probe.silent': '{component} is not reachable',
  'probe.errors': '{component} answers with errors',
  'probe.slow': '{component} answers slowly',
  'probe.missing': '{component} has not reported in time',
  'probe.reported': '{component} reports problems',
  'probe.metric': '{component} is outside its limits',
  'probe.certificate': '{component} cannot be reached securely',
  'probe.left': '{component} still does not work',
  'probe.after_maintenance': '{component} does not work after maintenance',
  'probe.silent.body': '{component} has not been reachable since {time}.',
  'probe.errors.body': '{component} has been answering with errors since {time}.',
  'probe.slow.body': '{component} has been answering slowly since {time}.',
  'probe.missing.body':
    '{component} should have reported to our monitoring; it has not since {time}.',
  'probe.reported.body': '{component} has been reporting problems since {time}.',
  'probe.metric.body':
    'A figure by which we watch {component} has been outside its limits since {time}.',
  'probe.certificate.body':
    'Secure connections to {component} have failed since {time}: something is wrong with its certificate.',
  'probe.left.body':
    '{component} has not worked since {time}. What it depends on works again, but it does not.',
  'probe.after_maintenance.body':
    'The maintenance of {component} is over, but it has not worked since {time}.',
  'probe.impact.major_outage': 'It cannot be used at the moment.',
  'probe.impact.partial_outage': 'Parts of it cannot be used at the moment.',
  'probe.impact.degraded_performance': 'It can be used, but may be slow or fail at times.',
  'probe.impact.under_maintenance': 'It is being worked on.',
  'probe.dragged': 'This also affects {components}.',
  'probe.more': '{n} more',
  'probe.investigating': 'We are investigating.',
  'probe.flapping':
    'It has changed several times within {window}, so it counts as this until it has been stable for {stable}.',
} as const
