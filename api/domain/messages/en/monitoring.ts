/** What the console says of settings of the whole page, and of one component. */
export const monitoring = {
  'monitoring.title': 'How we watch',
  'monitoring.canaries': 'Canaries',
  'monitoring.canaries.hint':
    'One URL per line, at most 5: sites of others that nearly always answer. Before a silent target is called down, one of them must answer, or our own network is to blame.',
  'monitoring.canaries.none': 'No canary is set.',
  'monitoring.target': 'Target of uptime',
  'monitoring.target.hint': 'Percent of a month; component pages say whether it was met.',
  'monitoring.save': 'Save',
  'monitoring.saved': 'Saved.',
  'monitoring.refused': 'Nothing was saved',
  'monitoring.wrong.number': 'must be a number such as 99.9',

  'component.console.title': 'Component',
  'component.console.name': 'Name',
  'component.console.description': 'Description (optional)',
  'component.console.description.hint': 'One sentence, shown on its page.',
  'component.console.needs': 'It needs',
  'component.console.needs.hint':
    'While one of these is down, trouble here is told as a part of that: one alert, one incident.',
  'component.console.needed_by': 'Needed by {components}.',
  'component.console.probes': 'Its probes',
  'component.console.probes.none': 'No probe watches it.',
  'component.console.watch': 'Watch it',
  'component.console.settings': 'Settings',
  'component.console.save': 'Save',
  'component.console.saved': 'Saved.',
  'component.console.refused': 'Nothing was saved',
  'component.console.public': 'Its public page',
  'component.console.read_only': 'Changing components needs a key with the scope components:write.',
} as const
