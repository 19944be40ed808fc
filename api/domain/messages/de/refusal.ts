import type { refusal as english } from '../en/refusal.ts'
import type { Translation } from '../translation.ts'

export const refusal: Translation<typeof english> = {
  'refusal.other': 'Diese Angabe kann so nicht übernommen werden.',
  'refusal.one_of': 'Möglich sind nur: {allowed}.',
  'refusal.empty': 'Bitte füllen Sie dieses Feld aus.',
  'refusal.too_long': 'Höchstens {most} Zeichen sind möglich.',
  'refusal.too_many': 'Höchstens {most} können ausgewählt werden.',

  'refusal.email': 'Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel {example}.',
  'refusal.number':
    'Bitte geben Sie eine Mobilnummer mit Ländervorwahl an, zum Beispiel {example}.',
  'refusal.url': 'Bitte geben Sie eine URL wie diese an: {example}',
  'refusal.country': 'SMS senden wir nur an Nummern dieser Länder: {countries}.',
  'refusal.private_address': 'Private Adressen sind nicht möglich.',
  'refusal.ip_address': 'Bitte geben Sie einen Hostnamen statt einer IP-Adresse an.',
  'refusal.leads_inside': 'Der Hostname darf nicht zu einer privaten Adresse führen.',
  'refusal.leads_here': 'Die URL darf nicht zu diesem Server selbst führen.',
  'refusal.unknown_host': 'Der Hostname wurde nicht gefunden.',
  'refusal.host_not_now':
    'Der Hostname lässt sich im Moment nicht auflösen. Bitte versuchen Sie es später erneut.',
  'refusal.consent': 'Ohne Ihre Zustimmung dürfen wir keine Nachrichten an eine Nummer senden.',
  'refusal.code': 'Dieser Code ist falsch oder abgelaufen.',
  'refusal.digits': 'Der Code besteht aus 6 Ziffern.',

  'refusal.component': 'Die Komponente oder Gruppe {name} gibt es nicht.',
  'refusal.group': 'Die Gruppe {name} gibt es nicht.',
  'refusal.incident': 'Zu {name} gibt es keine offene Störung und keine laufende Wartung.',
  'refusal.nothing_followed': 'Bitte wählen Sie mindestens eine offene Störung oder Wartung.',
  'refusal.events': 'Bitte wählen Sie mindestens eine Art von Meldungen.',
  'refusal.time': 'Bitte geben Sie eine Uhrzeit von 00:00 bis 23:59 an.',
  'refusal.no_span': 'Das Ende muss sich vom Beginn unterscheiden.',
  'refusal.digest_by_email': 'Die tägliche Zusammenfassung gibt es nur per E-Mail.',
  'refusal.time_zone': 'Bitte geben Sie eine Zeitzone wie Europe/Berlin an.',
  'refusal.locale': 'Bitte geben Sie ein Sprachkürzel wie de oder pt-BR an.',

  'refusal.too_fast': 'Das waren zu viele Anfragen. Bitte versuchen Sie es in {seconds} s erneut.',
  'refusal.flood': {
    one: 'Gerade melden sich zu viele an. Bitte versuchen Sie es in einer Minute erneut.',
    other: 'Gerade melden sich zu viele an. Bitte versuchen Sie es in {n} Minuten erneut.',
  },
  'refusal.costs':
    'Heute können keine weiteren Nummern angemeldet werden. Bitte versuchen Sie es morgen erneut.',
  'refusal.asked_just_now': {
    one: 'Eine Bestätigung wurde gerade erst angefordert. In einer Minute können wir eine neue senden.',
    other:
      'Eine Bestätigung wurde gerade erst angefordert. In {n} Minuten können wir eine neue senden.',
  },
  'refusal.changing': 'Das wird gerade auch anderswo geändert. Bitte versuchen Sie es noch einmal.',

  'refusal.ended': 'Dieses Abonnement ist beendet. Sie können sich jederzeit neu anmelden.',
  'refusal.nothing_wrong': 'Dieses Abonnement ist bestätigt, und alles ist in Ordnung.',
  'refusal.silenced.stop':
    'Von dieser Nummer kam STOP: Wir dürfen nichts an sie senden, und nur wem sie gehört, kann das ändern.',
  'refusal.silenced.complaint':
    'Nachrichten an diese Adresse wurden als Spam gemeldet: Wir dürfen nichts an sie senden, und nur wem sie gehört, kann das ändern.',
  'refusal.silenced.manual':
    'Der Betreiber hat diese Adresse stillgelegt: Wir dürfen nichts an sie senden.',
  'refusal.no_secret': 'Nur ein Webhook hat einen Signaturschlüssel.',
  'refusal.rotated_lately':
    'Der Schlüssel wurde vor weniger als einem Tag geändert. Wieder möglich ab: {time}.',
}
