/** What a maintenance says by itself where nobody writes words of their own. */
export const maintenance = {
  'maintenance.said.start': 'The work has begun.',
  'maintenance.said.verify': 'The work is done. We are checking that everything is well.',
  'maintenance.said.complete': 'The work is complete.',
  'maintenance.said.cancel': 'The maintenance is cancelled.',
  'maintenance.said.moved':
    'The maintenance has been moved: it is now planned from {start} to {end}.',
  'maintenance.said.components': 'The plan has changed: the maintenance now affects {components}.',
  'maintenance.said.extended': 'We need more time: until {end}.',
  'maintenance.said.shortened': 'We now expect the work to end earlier, at {end}.',
} as const
