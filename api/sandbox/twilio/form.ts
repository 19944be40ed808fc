import { z } from 'zod'

export const sendForm = z.object({
  To: z.string().optional(),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string().optional(),
  StatusCallback: z.string().optional(),
  ValidityPeriod: z.string().optional(),
})
export type SendForm = z.infer<typeof sendForm>

type Fault = [status: number, code: number, message: string]

/** The numbers of Twilio's test credentials, each of which fails in its own way. */
const magicRecipients: Record<string, Fault> = {
  '+15005550001': [400, 21211, "The 'To' number is not a valid phone number"],
  '+15005550002': [400, 21612, "The 'To' number is not reachable from this 'From' number"],
  '+15005550003': [400, 21408, "Sending to the region of the 'To' number is not permitted"],
  '+15005550004': [400, 21610, 'The recipient has opted out of messages from this sender'],
  '+15005550009': [400, 21614, "The 'To' number cannot receive SMS"],
}
const magicSenders: Record<string, Fault> = {
  '+15005550001': [400, 21212, "The 'From' number is not a valid phone number"],
  '+15005550007': [400, 21606, "The 'From' number is not owned by the account"],
  '+15005550008': [429, 21611, "The 'From' number has too many messages in its queue"],
}

/** What Twilio would refuse in a form, or null. */
export function findFault(form: SendForm): Fault | null {
  const { To, From, MessagingServiceSid, Body, StatusCallback, ValidityPeriod } = form
  if (!To) return [400, 21604, "A 'To' phone number is required"]
  if (!From && !MessagingServiceSid) return [400, 21603, "A 'From' phone number is required"]
  if (!Body) return [400, 21602, 'A message body is required']
  if (Body.length > 1600) return [400, 21617, 'The message body exceeds 1600 characters']
  if (!/^\+[1-9]\d{6,14}$/.test(To)) {
    return [400, 21211, `The 'To' number ${To} is not a valid phone number`]
  }
  if (StatusCallback !== undefined && !URL.canParse(StatusCallback)) {
    return [400, 21609, "The 'StatusCallback' URL is not a valid URL"]
  }
  if (ValidityPeriod !== undefined && !isValidity(ValidityPeriod)) {
    return [400, 90007, 'The validity period must be an integer from 1 to 36000']
  }
  return magicRecipients[To] ?? (From !== undefined ? magicSenders[From] : undefined) ?? null
}

function isValidity(seconds: string): boolean {
  return /^\d+$/.test(seconds) && Number(seconds) >= 1 && Number(seconds) <= 36_000
}
