import { instantPlace, places, timePlace, type Letter } from './letter.ts'
import { speak, type Say } from './message.ts'
import { fitSms } from './segments.ts'

/** The same for every letter of one incident, so that mail programs keep them in one thread. */
export function subjectOf(letter: Letter): string {
  const say = speak(letter.locale)
  const subject = letter.incident
    ? say('text.subject.incident', { page: letter.page.name, name: letter.incident.name })
    : letter.kind === 'already_subscribed'
      ? say('text.subject.already_subscribed', { page: letter.page.name })
      : say('text.subject.confirmation', { page: letter.page.name })
  return subject.replace(/\s+/g, ' ').trim()
}

/** The plain-text twin of a mail. */
export function textOf(letter: Letter): string {
  const say = speak(letter.locale)
  const body = letter.incident
    ? incidentParagraphs(letter.incident, say)
    : letter.kind === 'already_subscribed'
      ? [say('text.already', { page: letter.page.name })]
      : [say('text.confirm', { page: letter.page.name }), places.confirm, say('text.confirm_hint')]
  return [...body, footer(letter, say)].filter(Boolean).join('\n\n') + '\n'
}

function incidentParagraphs(incident: NonNullable<Letter['incident']>, say: Say): string[] {
  const time = instantPlace
  const { update, all_clear } = incident
  return [
    incident.name,
    [
      say('text.state', {
        status: say(`incident.${update.status}`),
        time: time(update.display_at),
      }),
      say('text.impact', { impact: say(`impact.${incident.impact}`) }),
    ].join('\n'),
    all_clear
      ? [
          say('text.all_clear.issue', { text: all_clear.issue }),
          say('text.all_clear.root_cause', { text: all_clear.root_cause }),
          say('text.all_clear.fix', { text: all_clear.fix }),
          say('text.all_clear.impact', { text: all_clear.impact }),
          all_clear.postmortem_url
            ? say('text.all_clear.postmortem', { url: all_clear.postmortem_url })
            : '',
        ]
          .filter(Boolean)
          .join('\n')
      : update.body,
    incident.components.length > 0
      ? [
          say('text.components'),
          ...incident.components.map((component) => componentLine(component, say)),
        ].join('\n')
      : '',
    incident.next_update_at ? say('text.next_update', { time: time(incident.next_update_at) }) : '',
    say('text.more', { url: incident.url }),
  ]
}

type Component = NonNullable<Letter['incident']>['components'][number]

function componentLine({ name, old_status, new_status }: Component, say: Say): string {
  return old_status === new_status
    ? say('text.component', { name, status: say(`status.${new_status}`) })
    : say('text.component_changed', {
        name,
        old: say(`status.${old_status}`),
        new: say(`status.${new_status}`),
      })
}

function footer(letter: Letter, say: Say): string {
  const { page } = letter
  const contact = page.support.email ?? page.support.url
  const lines = [contact ? say('text.support', { contact }) : '']
  if (letter.kind !== 'confirmation')
    lines.push(
      say('text.why', { page: page.name, url: page.url }),
      say('text.manage', { url: places.manage }),
      say('text.unsubscribe', { url: places.unsubscribe }),
    )
  return lines.filter(Boolean).join('\n')
}

/** At most two segments; the text gives way, the state and the link stay. */
export function smsOf(letter: Letter): string {
  const say = speak(letter.locale)
  const { page, incident } = letter
  if (!incident) return say('sms.confirmation', { page: page.name, code: places.code })
  const { update } = incident
  const sentence = say('sms.update', {
    page: page.name,
    time: timePlace(update.display_at),
    status: say(`incident.${update.status}`),
    name: incident.name,
    body: update.body,
  })
  return fitSms(sentence, incident.url)
}
