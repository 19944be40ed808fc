/** What the service says of itself: alerts it raises, and what its audit of the page finds. */
export const watch = {
  'watch.overdue': 'An update of “{incident}” is overdue',
  'watch.overdue.detail': 'One was promised by {time}.',
  'watch.waiting': 'Messages by {channel} do not leave',
  'watch.waiting.detail':
    'The first one has waited since {time}, though {providers} may be asked. Nothing was handed over in the last 5 minutes.',
  'watch.waiting.nobody':
    'The first one has waited since {time}: no provider is configured for {channel}.',
  'watch.untold': {
    one: '1 message about “{incident}” was not delivered for sure',
    other: '{n} messages about “{incident}” were not delivered for sure',
  },
  'watch.untold.detail':
    '{dead} were given up, of {unknown} nobody knows. The console shows why, and sends them again.',
  'watch.circuit': '{provider} does not take our messages',
  'watch.circuit.detail': 'Since {time}: {reason}.',
  'watch.circuit.reasonless': 'Since {time} it does not answer as it should.',
  'watch.unasked': {
    one: 'A probe is not being asked',
    other: '{n} probes are not being asked',
  },
  'watch.unasked.detail': '{probes}. What their components show may be out of date.',
  'watch.and_more': '{list} and {n} more',
  'watch.lagging': {
    one: 'The background duty {duties} lags behind',
    other: 'Background duties lag behind: {duties}',
  },
  'watch.lagging.detail': 'Look at the log of the service; a restart loses nothing.',
  'watch.stale': 'The page is older than the facts',
  'watch.stale.detail':
    'What changed at {time} is not published yet. The log of the service says why publishing fails.',
} as const
