import type { Note } from './phones.ts'
import { signedForm } from './callbacks.ts'
import { poolNumber, type TwilioDesk } from './api.ts'

type Keyword = 'STOP' | 'START' | 'HELP'

/** Twilio's default words on long codes, and what it answers by itself. */
const words: Record<Keyword, string[]> = {
  STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'CANCEL'],
  START: ['START', 'UNSTOP', 'YES'],
  HELP: ['HELP', 'INFO'],
}
const ownAnswers: Record<Keyword, string> = {
  STOP: 'You have opted out and will get no more messages from this number. START brings them back.',
  START: 'You will get messages from this number again. HELP for help, STOP to opt out.',
  HELP: 'STOP opts out of messages from this number. Message and data rates may apply.',
}

/** A person answers on their phone: Twilio minds the keyword, then calls the service and passes its answer on. */
export async function reply(number: string, text: string, desk: TwilioDesk): Promise<Note> {
  const now = () => desk.options.clock.now()
  const id = `SM${crypto.randomUUID().replaceAll('-', '')}`
  const note = (direction: Note['direction'], author: Note['author'], said: string) =>
    desk.phones.note({ id, number, direction, author, text: said, at: now(), outcome: '' })
  const said = note('from_person', 'person', text)
  const latest = desk.texts.all().findLast(({ to }) => to === number)
  const service = latest?.messaging_service_sid ?? null
  const keyword = findKeyword(text)
  if (keyword !== null) {
    remember(keyword, number, service ?? latest?.from ?? poolNumber, desk)
    note('to_person', 'provider', ownAnswers[keyword])
  }
  const form = {
    AccountSid: desk.options.twilioAccountSid,
    ApiVersion: '2010-04-01',
    Body: text,
    From: number,
    MessageSid: id,
    NumMedia: '0',
    NumSegments: '1',
    SmsMessageSid: id,
    SmsSid: id,
    SmsStatus: 'received',
    To: latest?.from ?? poolNumber,
    ...(service !== null && { MessagingServiceSid: service }),
    ...(service !== null && keyword !== null && { OptOutType: keyword }),
  }
  const answer = await call(form, desk)
  said.outcome = answer.outcome
  for (const message of answer.messages) note('to_person', 'service', message)
  return said
}

function findKeyword(text: string): Keyword | null {
  const word = text.trim().toUpperCase()
  const keywords = Object.keys(words) as Keyword[]
  return keywords.find((keyword) => words[keyword].includes(word)) ?? null
}

function remember(keyword: Keyword, number: string, sender: string, { phones }: TwilioDesk): void {
  if (keyword === 'STOP') phones.optOut(number, sender)
  if (keyword === 'START') phones.optIn(number, sender)
}

async function call(form: Record<string, string>, { options, stopped }: TwilioDesk) {
  const { fetch, webhookUrl, twilioAuthToken } = options
  try {
    const url = `${webhookUrl()}/hooks/twilio/inbound`
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(10_000)])
    const response = await fetch(await signedForm(url, form, twilioAuthToken), { signal })
    const body = await response.text()
    const outcome = response.ok ? 'received' : `refused with ${response.status}`
    return { outcome, messages: response.ok ? readTwiml(body) : [] }
  } catch {
    return { outcome: 'not reached', messages: [] }
  }
}

/** The texts of `<Response><Message>...`, the only TwiML that an answer to an SMS needs. */
function readTwiml(xml: string): string[] {
  const messages = xml.matchAll(/<Message[^>]*>(?:\s*<Body>)?([^<]*)(?:<\/Body>\s*)?<\/Message>/g)
  return [...messages].map(([, text = '']) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&'),
  )
}
