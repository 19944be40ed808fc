/** What operators are warned of. */
export const alert = {
  'alert.sms_spend_80': "80 % of today's SMS budget is spent",
  'alert.sms_spend_80.detail':
    'The limit is {limit} {currency} a day. When it is reached, nothing more is sent by SMS until midnight UTC.',
  'alert.sms_spend_100': "Today's SMS budget is spent",
  'alert.sms_spend_100.detail':
    'The limit is {limit} {currency} a day. Nothing more is sent by SMS until midnight UTC, and no numbers can be subscribed.',
  'alert.sms_spend_country': "Today's SMS budget for {country} is spent",
  'alert.sms_spend_country.detail':
    'SMS to {country} may cost {limit} {currency} a day. Nothing more is sent there until midnight UTC; other countries go on.',
  'alert.sms_refused': 'SMS to {country} are refused',
  'alert.sms_refused.detail':
    'The provider {provider} says: {reason} ({code}). Permit the country there, or name a second sender that may send to it.',
  'alert.sms_pumping': 'Few SMS codes are confirmed',
  'alert.sms_pumping.detail':
    'Of the codes sent in the last 24 hours fewer than {percent} % were confirmed. Somebody may be making money with the fees: look at the countries that are listed, and at who subscribes.',
  'alert.certificate': 'The certificate of {target} ends soon',
  'alert.certificate.detail':
    'It is valid until {time}, was issued by {issuer}, and is for {names}.',
  'alert.all_clear': '“{incident}” seems to be over',
  'alert.all_clear.detail':
    'All has been well since {time}. The all-clear is ready to be given, but for its cause.',
  'alert.all_clear.untold': '“{incident}” came and went as a draft',
  'alert.all_clear.untold.detail':
    'All has been well since {time}, and nobody was told: publish it as resolved, or discard it.',
  'alert.after_maintenance': 'The maintenance is over, and it still fails.',
  'alert.left': 'It fell with what it depends on, which works again; it does not.',
  'alert.drags_down': 'It drags down {components}.',
  'probe.own_network': 'Most monitored targets fell silent at once',
  'probe.own_network.canaries': 'A monitored target and all canaries fell silent at once',
  'probe.own_network.ours':
    'Targets cannot be asked: our own machine, network or name server has failed',
  'probe.own_network.detail':
    'This looks like a fault of our own network, so no component was called down. If the targets really are down, set the status of their components by hand.',
} as const
