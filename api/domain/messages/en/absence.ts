/** What is said where something is not there. */
export const absence = {
  'absence.links': 'Where to go from here',
  'absence.unpublished.title': 'This page is being prepared',
  'absence.unpublished':
    'Its first state is not published yet. That takes a few seconds; the page then appears here by itself.',
  'absence.retry': 'Try again',
} as const
