import type { postmortem as english } from '../en/postmortem.ts'
import type { Translation } from '../translation.ts'

export const postmortem: Translation<typeof english> = {
  'postmortem.title': 'Abschlussbericht',
  'postmortem.published': 'Veröffentlicht {time}',
  'postmortem.read': 'Den Abschlussbericht lesen',
  'postmortem.what_happened': 'Was geschehen ist',
  'postmortem.root_cause': 'Ursache',
  'postmortem.affected': 'Wer betroffen war',
  'postmortem.fix': 'Was wir getan haben',
  'postmortem.prevention': 'Was wir tun, damit es nicht wieder vorkommt',
  'postmortem.lessons': 'Was wir gelernt haben',
  'postmortem.apology': 'An unsere Kundinnen und Kunden',
  'postmortem.timeline': 'Ablauf',
  'postmortem.figures': 'In Zahlen',
  'postmortem.window': 'Zeitraum',
  'postmortem.down': 'Ausgefallen',
  'postmortem.degraded': 'Beeinträchtigt',
  'postmortem.detect': 'Bis zur Erkennung',
  'postmortem.recover': 'Bis zur Wiederherstellung',
  'postmortem.components': 'Komponenten',
  'postmortem.actions': 'Was daraus folgt',
  'postmortem.action': 'Maßnahme',
  'postmortem.owner': 'Wer',
  'postmortem.due': 'Bis',
}
