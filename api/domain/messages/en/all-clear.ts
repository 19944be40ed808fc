/** The all-clear in the words of monitoring. */
export const allClear = {
  'watched.fix': 'It has worked again since {end}; our monitoring has watched it for {watched}.',
  'watched.impact':
    '{components}: from {start} to {end} ({duration}). {failed} of {checks} checks failed.',
  'watched.impact.unchecked': '{components}: from {start} to {end} ({duration}).',
  'watched.body':
    'This is over. It lasted {duration}, from {start} to {end}. Our monitoring has watched {components} for another {watched} and sees everything working again.',
} as const
