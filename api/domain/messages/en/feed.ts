/** What the feeds say beside the incidents. */
export const feed = {
  'feed.title': '{page} Status - Incident History',
  'feed.update': 'Update',
} as const
