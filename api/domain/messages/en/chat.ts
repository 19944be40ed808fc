/** What Slack, Teams and Discord say where mails say it otherwise. */
export const chat = {
  'chat.title': '{state}: {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'Choose what is told here',
  'chat.unsubscribe': 'Unsubscribe this channel',
  'chat.read_on': 'Read the whole text',
  'chat.confirm.title': 'Confirm the updates for this channel',
  'chat.confirm.body': 'Somebody asked for updates from {page} to be posted in this channel.',
  'chat.confirm.button': 'Confirm subscription',
  'chat.confirm.ignore':
    'The link works for 48 hours. If nobody here asked for it, ignore this message: without a confirmation nothing more is posted.',
  'chat.already.title': 'This channel is already subscribed',
  'chat.already.body':
    'Somebody asked for updates from {page} to be posted in this channel, which gets them already. Nothing has changed.',
} as const
