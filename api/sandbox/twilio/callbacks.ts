import type { Sms } from '../mailbox.ts'
import { twilioSignature } from '../signatures.ts'
import type { TwilioDesk } from './api.ts'

const travelMs = 200

/** Lets an accepted text travel; Twilio sends no callback for the status that a message is born with. */
export function follow(text: Sms, isLost: boolean, desk: TwilioDesk): void {
  const { courier } = desk
  const tell = (status: string, fields = {}) => progress(text, status, fields, desk)
  courier.after(0, () => {
    if (text.messaging_service_sid !== null) tell('queued')
    tell('sent')
  })
  courier.after(travelMs, () =>
    isLost ? tell('undelivered', { ErrorCode: '30003' }) : tell('delivered'),
  )
}

function progress(text: Sms, status: string, fields: object, desk: TwilioDesk): void {
  const { clock, deliverReceipts = true, twilioAccountSid } = desk.options
  text.states.push({ state: status, at: clock.now() })
  if (text.status_callback === null || !deliverReceipts) return
  const url = text.status_callback
  const form = {
    AccountSid: twilioAccountSid,
    ApiVersion: '2010-04-01',
    From: text.from,
    MessageSid: text.id,
    MessageStatus: status,
    SmsSid: text.id,
    SmsStatus: status,
    To: text.to,
    ...(text.messaging_service_sid && { MessagingServiceSid: text.messaging_service_sid }),
    ...fields,
  }
  desk.courier.post(() => signedForm(url, form, desk.options.twilioAuthToken))
}

/** A callback as Twilio makes it. */
export async function signedForm(
  url: string,
  form: Record<string, string>,
  authToken: string,
): Promise<Request> {
  return new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': await twilioSignature(authToken, url, form),
    },
    body: new URLSearchParams(form),
  })
}
