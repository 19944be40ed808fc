/** Where customers find help, and what they are asked to bring. */
export const support = {
  'support.title': 'Something else wrong?',
  'support.lead': 'If what troubles you is not on this page, tell us.',
  'support.contact': 'Write to',
  'support.visit': 'Go to',
  'support.hours': 'Hours',
  'support.response': 'First answer',
  'support.include': 'So that we can help at once, please include',
} as const
