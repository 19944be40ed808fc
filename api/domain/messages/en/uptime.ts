/** What a component's page says of its months and response times. */
export const uptime = {
  'months.title': 'Uptime by month',
  'months.month': 'Month',
  'months.target': 'Target {percent}',
  'months.running': '{month}, so far',
  'months.kept': 'Kept',
  'months.missed': 'Missed',
  'months.unknown': 'No figure',
  'months.fixed':
    'A month is fixed a day after its end: what is corrected later does not change it.',

  'response.title': 'Response times',
  'response.as_of': 'As of {time}.',
  'response.hours': { one: '{n} hour', other: '{n} hours' },
  'response.days': { one: '{n} day', other: '{n} days' },
  'response.within': '{percent} within',
  'response.errors': 'Errors',
  'response.checks': 'Checks',
  'response.probe': 'Measured by the probe “{probe}”; each point covers {duration}.',
  'response.chart': 'Response times and errors, {span}',
  'response.described':
    'From {from} to {until}: half of the answers came within {p50}, 95% within {p95} and 99% within {p99}; {errors} of the checks failed.',
  'response.gaps': 'Where the lines are broken, there is no data.',
  'response.cut': 'Peaks of up to {peak} are cut off.',
  'response.none': 'Nothing was measured in this time.',
  'response.table': 'These figures as a table',
  'response.from': 'From',
  'response.utc': 'Days, weeks and months of these figures begin at midnight UTC.',
  'response.others': 'Other probes of this component',
  'response.probe_name': 'Probe',
} as const
