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

  'truth.component_down': '{component} is down ({status}), and no incident says so.',
  'truth.component_dragged':
    '{component} is down ({status}) with {root}, which it depends on; “{incident}” does not name it.',
  'truth.component_draft': '{component} is down ({status}); the draft about it is not published.',
  'truth.incident_over':
    '“{incident}” is open, though everything that it affects is operational again.',
  'truth.maintenance_unbegun': '“{incident}” should have started at {time}.',
  'truth.maintenance_overrun': '“{incident}” should have ended at {time}.',
  'truth.update_overdue': '“{incident}” promised an update by {time}.',
  'truth.probe_unasked': 'The probe {probe} of {component} is not being asked.',
  'truth.probe_paused': 'The probe {probe} of {component} has been paused for more than a day.',
  'truth.page_stale': 'What changed at {time} is not on the page yet.',
  'truth.telling_waiting': {
    one: '1 person still waits to be told of “{incident}”.',
    other: '{count} people still wait to be told of “{incident}”.',
  },
  'truth.telling_unbegun': 'Nobody has been told of “{incident}” yet.',
  'truth.telling_untold': {
    one: '1 person was not told of “{incident}” for sure.',
    other: '{count} people were not told of “{incident}” for sure.',
  },
} as const
