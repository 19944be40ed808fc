import { Resend, type CreateBatchOptions, type Response as SdkResponse } from 'resend'
import { Webhook } from 'standardwebhooks'
import { lost, readJson } from './http.ts'
import type { Message, Provider } from './provider.ts'
import { judge, toError } from './resend-answers.ts'
import { readEvents } from './resend-events.ts'
import { jsonOf, jsonOfText } from './resend-json.ts'

export type ResendSettings = {
  apiKey: string
  /** An address, or `Name <address>`, of a domain that the account has verified. */
  from: string
  fetch: typeof fetch
  baseUrl?: string
  /** `whsec_...`; without it no callback is believed. */
  webhookSecret?: string
  /** Resend refuses clients that do not name themselves. */
  userAgent?: string
  ratePerSecond?: number
}

/** Mail by Resend. It keeps a batch's key for 24 hours, so that repeating the batch cannot send it twice. */
export function resend(settings: ResendSettings): Provider {
  const client = new Client(settings)
  const from = jsonOfText(settings.from)
  const signer = settings.webhookSecret ? new Webhook(settings.webhookSecret) : null
  return {
    name: 'resend',
    channel: 'email',
    batchSize: 100,
    idempotent: true,
    ratePerSecond: settings.ratePerSecond ?? 5,
    async send(messages, key, signal) {
      try {
        const mails = messages.map((message) => toMail(message, from))
        const options = { idempotencyKey: key, batchValidation: 'permissive', signal } as const
        return judge(await client.batch.create(mails, options), messages.length)
      } catch (error) {
        return lost(error, signal)
      }
    },
    receive: async (callback, now) => readEvents(callback, signer, now),
  }
}

/** The SDK over our own fetch: mails are never carried on to a redirect's target, and the status is the real one. */
class Client extends Resend {
  readonly #fetch: typeof fetch

  constructor({ apiKey, baseUrl = 'https://api.resend.com', userAgent, fetch }: ResendSettings) {
    super(apiKey, { baseUrl: baseUrl.replace(/\/+$/, ''), userAgent: userAgent ?? 'allclear' })
    this.#fetch = fetch
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<SdkResponse<T>> {
    const fetch = this.#fetch
    const response = await fetch(this.baseUrl + path, { ...options, redirect: 'manual' })
    const body = await readJson(response)
    const headers = Object.fromEntries(response.headers)
    if (response.ok) return { data: body as T, error: null, headers }
    return { data: null, error: toError(response.status, body), headers }
  }
}

function toMail(message: Message, from: string): CreateBatchOptions[number] {
  return {
    from,
    to: message.to,
    subject: jsonOfText(message.subject),
    html: message.words ? jsonOf(message.words.html) : message.html,
    text: message.words ? jsonOf(message.words.text) : message.text,
    headers: message.headers,
    tags: [
      { name: 'd', value: String(message.delivery) },
      { name: 'a', value: message.id },
    ],
  }
}
