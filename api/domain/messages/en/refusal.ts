/** What a form that anybody may send refuses; in English for programs too, behind the path of a field. */
export const refusal = {
  'refusal.other': 'cannot be taken as it is',
  'refusal.one_of': 'must be one of {allowed}',
  'refusal.empty': 'must not be empty',
  'refusal.too_long': 'must have at most {most} characters',
  'refusal.too_many': 'must name at most {most}',

  'refusal.email': 'must be an email address such as {example}',
  'refusal.number': 'must be a mobile number with its country code, such as {example}',
  'refusal.url': 'must be a URL such as {example}',
  'refusal.country': 'must be a number of one of these countries: {countries}',
  'refusal.private_address': 'must not be a private address',
  'refusal.ip_address': 'must have a host name, not an IP address',
  'refusal.leads_inside': 'must not lead to a private address',
  'refusal.leads_here': 'must not lead to this machine',
  'refusal.unknown_host': 'must have a host name that can be found',
  'refusal.host_not_now': 'has a host name that cannot be looked up at the moment; try again later',
  'refusal.consent': 'must be ticked before we may send messages to a number',
  'refusal.code': 'is wrong or has expired',
  'refusal.digits': 'must be 6 digits',

  'refusal.component': 'there is no component or group {name}',
  'refusal.group': 'there is no group {name}',
  'refusal.incident': 'there is no open incident {name}',
  'refusal.nothing_followed': 'needs at least one open incident to follow',
  'refusal.events': 'must name at least one of incident, maintenance, postmortem',
  'refusal.time': 'must be a time of day from 00:00 to 23:59',
  'refusal.no_span': 'must differ from the beginning',
  'refusal.digest_by_email': 'a daily digest comes by email only',
  'refusal.time_zone': 'must be a time zone such as Europe/Berlin',
  'refusal.locale': 'must be a language tag such as en or pt-BR',

  'refusal.too_fast': 'too many requests; try again in {seconds} s',
  'refusal.flood': {
    one: 'too many are subscribing right now; try again in 1 minute',
    other: 'too many are subscribing right now; try again in {n} minutes',
  },
  'refusal.costs': 'no more numbers can be subscribed today; try again tomorrow',
  'refusal.asked_just_now': {
    one: 'a confirmation was asked for just now; another can be sent in 1 minute',
    other: 'a confirmation was asked for just now; another can be sent in {n} minutes',
  },
  'refusal.changing': 'somebody else keeps changing this; try again',

  'refusal.ended': 'this subscription has ended; it begins anew by subscribing',
  'refusal.nothing_wrong': 'this subscription is confirmed, and nothing is wrong with it',
  'refusal.silenced.stop':
    'STOP was sent from this address: nothing may be sent to it, and only its owner can change that',
  'refusal.silenced.complaint':
    'messages to this address were reported as spam: nothing may be sent to it, and only its owner can change that',
  'refusal.silenced.manual': 'an operator has silenced this address: nothing may be sent to it',
  'refusal.no_secret': 'only a webhook has a signing secret',
  'refusal.rotated_lately':
    'the secret was changed less than a day ago; it can be changed again from {time}',
} as const
