import { isMessageKey } from '../api/domain/message.ts'
import { localTime } from '../api/domain/time.ts'
import type { MaintenanceView } from '../api/routes/maintenance-views.ts'
import { formOf, type Form } from './form.ts'
import { millis, type At, type Voice } from './voice.ts'

type Locals = Pick<App.Locals, 'result' | 'form_action' | 'typed'>

/** A form about maintenance: fresh, refused with what is wrong in the words of its fields, or back with its dates. */
export function maintenanceForm(action: string, locals: Locals, voice: Voice): Form {
  if (locals.typed && locals.form_action === action)
    return { action, refusal: { kind: 'refused', message: '', fields: [], values: locals.typed } }
  const form = formOf(action, locals)
  if (!form.refusal) return form
  const fields = form.refusal.fields.map((field) => ({
    ...field,
    message: humanOf(field.message, voice),
  }))
  return { action, refusal: { ...form.refusal, fields } }
}

/** The API speaks of `scheduled_for`; people do not. */
export function humanOf(message: string, voice: Voice): string {
  return message.replace(/`?\b[a-z]+(?:_[a-z]+)+\b`?/g, (word) => {
    const label = labelOf(word.replaceAll('`', ''), voice)
    return label ? `“${label}”` : word
  })
}

export function labelOf(name: string, { say }: Voice): string | null {
  const key = `maintenances.field.${name}`
  return isMessageKey(key) ? say(key) : null
}

type Planned = Pick<MaintenanceView, 'scheduled_for' | 'scheduled_until'>

/** Such as `Tue, 24 Nov 2026, 22:00 CET to 23:00 CET, 1 hr`. */
export function sayWindow({ scheduled_for, scheduled_until }: Planned, voice: Voice): string {
  const [start, end] = [scheduled_for!, scheduled_until!]
  const isOneDay = voice.dateOf(start) === voice.dateOf(end)
  return voice.say('maintenances.window', {
    start: dated(start, voice),
    end: isOneDay ? voice.clock(end) : dated(end, voice),
    duration: between(start, end, voice),
  })
}

/** With the day of the week, by which people plan. */
export function dated(at: At, voice: Voice): string {
  const { locale, timeZone } = voice
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone }).format(millis(at))
  return `${day}, ${voice.instant(at)}`
}

export function between(from: At, until: At, voice: Voice): string {
  return voice.duration(Math.max(0, (millis(until) - millis(from)) / 1000))
}

export function isUnderWay({ status }: Pick<MaintenanceView, 'status'>): boolean {
  return status === 'in_progress' || status === 'verifying'
}

type Stateful = Pick<MaintenanceView, 'status' | 'started_at' | 'resolved_at'> & Planned

/** How far it is, in a few words. */
export function sayState(maintenance: Stateful, now: At, voice: Voice): string {
  const { say } = voice
  const { status, started_at, resolved_at, scheduled_for, scheduled_until } = maintenance
  if (status === 'cancelled') return say('maintenances.state.cancelled')
  if (status === 'completed')
    return say('maintenances.state.completed', {
      duration: between(started_at, resolved_at!, voice),
    })
  if (status === 'scheduled')
    return millis(now) > millis(scheduled_for!)
      ? say('maintenances.state.due', { duration: between(scheduled_for!, now, voice) })
      : say('maintenances.state.scheduled', { duration: between(now, scheduled_for!, voice) })
  const duration = between(started_at, now, voice)
  if (millis(now) > millis(scheduled_until!))
    return say('maintenances.state.overrun', {
      duration,
      late: between(scheduled_until!, now, voice),
    })
  return status === 'verifying'
    ? say('maintenances.state.verifying', { duration })
    : say('maintenances.state.in_progress', {
        duration,
        left: between(now, scheduled_until!, voice),
      })
}

/** What a field for a local time holds. */
export function localOf(at: At, { timeZone }: Voice): string {
  return localTime(millis(at), timeZone)
}

const minutes = [15, 30, 60, 120, 240]

/** Later ends to choose from; from now on where the planned one is over. */
export function laterEnds(
  { scheduled_until }: Planned,
  now: At,
): { minutes: number; at: string }[] {
  const from = Math.max(millis(scheduled_until!), millis(now))
  return minutes.map((more) => ({
    minutes: more,
    at: new Date(from + more * 60_000).toISOString(),
  }))
}
