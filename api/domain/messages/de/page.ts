import type { page as english } from '../en/page.ts'
import type { Translation } from '../translation.ts'

export const page: Translation<typeof english> = {
  'page.languages': 'Sprachen',
  'page.skip': 'Zum Inhalt springen',
  'page.title': '{title} · {page}',
  'page.nav': 'Seiten',
  'page.nav.status': 'Aktueller Status',
  'page.nav.history': 'Verlauf',
  'page.nav.subscribe': 'Abonnieren',
  'page.support': 'Brauchen Sie Hilfe?',
  'page.support.visit': 'Zum Support',
  'page.zone': 'Alle Zeiten gelten in der Zeitzone {zone}.',
  'page.published': 'Zuletzt veröffentlicht: {time}.',
  'page.as_of': 'Stand: {time}',
  'page.stale': 'Wir erreichen diesen Dienst gerade nicht. Das ist der Stand von {time}.',

  'home.open': { one: '1 offene Störung', other: '{n} offene Störungen' },
  'home.upkeep': { one: '1 laufende Wartung', other: '{n} laufende Wartungen' },
  'home.incidents': 'Offene Störungen',
  'home.components': 'Komponenten',
  'home.recent': 'Letzte Tage',
  'home.quiet_day': 'Keine Störungen.',
  'home.more_history': 'Ältere Störungen',
  'home.others': 'Weitere Komponenten',

  'uptime.percent': '{percent} Verfügbarkeit',
  'uptime.unknown': 'Noch keine Werte',
  'uptime.summary': '{percent} Verfügbarkeit in {n} Tagen',
  'uptime.quiet': 'keine Beeinträchtigung',
  'uptime.disrupted': {
    one: '1 Tag mit Beeinträchtigung',
    other: '{n} Tage mit Beeinträchtigung',
  },
  'uptime.more_days': { one: '1 weiterer Tag', other: '{n} weitere Tage' },
  'uptime.day': '{date}: {what}',
  'uptime.lasting': '{status}, {duration}',
  'uptime.legend':
    'Ein Strich je Tag für {n} Tage, heute ganz rechts. Je höher der Strich, desto schlechter der Tag.',
  'uptime.legend.more': 'Die Seite einer Komponente beschreibt ihre Tage in Worten.',
  'uptime.formula':
    'Für die Verfügbarkeit zählt ein schwerer Ausfall mit seiner ganzen Dauer, ein Teilausfall mit 30 %. Wartungen und Zeiten ohne Daten bleiben außer Betracht.',

  'incident.maintenance': 'Geplante Wartung',
  'incident.impact': 'Auswirkung: {impact}',
  'incident.started': 'Begonnen',
  'incident.ended': 'Behoben',
  'incident.completed_at': 'Abgeschlossen',
  'incident.lasted': 'Dauer',
  'incident.window': 'Geplant für',
  'incident.next_update': 'Nächste Meldung bis',
  'incident.overdue': 'Die nächste Meldung war bis {time} angekündigt und ist überfällig.',
  'incident.affected': 'Betroffen',
  'incident.updates': 'Meldungen',
  'incident.earlier': { one: '1 frühere Meldung', other: '{n} frühere Meldungen' },
  'incident.change': '{component}: von „{old}“ zu „{new}“',
  'incident.said': '{incident}: {status}',
  'incident.draft': 'Entwurf, nicht öffentlich',
  'incident.back': 'Aktueller Status',

  'all_clear.title': 'Entwarnung',
  'all_clear.issue': 'Was geschehen ist',
  'all_clear.root_cause': 'Ursache',
  'all_clear.fix': 'Was wir getan haben',
  'all_clear.impact': 'Auswirkungen',
  'all_clear.postmortem': 'Abschlussbericht lesen',

  'history.title': 'Störungen im {month}',
  'history.quiet': 'Im {month} wurden keine Störungen gemeldet.',
  'history.months': 'Monate',

  'component.since': 'seit {time}',
  'component.history': 'Letzte {n} Tage',
  'component.days': 'Tage mit Beeinträchtigung oder Wartung',
  'component.days.none': 'Keine Beeinträchtigung und keine Wartung in den letzten {n} Tagen.',
  'component.days.no_data': {
    one: 'Für 1 Tag liegen keine Daten vor.',
    other: 'Für {n} Tage liegen keine Daten vor.',
  },
  'component.day': 'Tag',
  'component.happened': 'Was geschehen ist',
  'component.uptime': 'Verfügbarkeit',
  'component.incidents': 'Störungen dieser Komponente',
  'component.incidents.none': 'Zu dieser Komponente sind keine Störungen verzeichnet.',

  'subscribe.title': 'Meldungen abonnieren',
  'subscribe.lead':
    'Erfahren Sie von Störungen, Wartungen und der Entwarnung, sobald wir sie melden.',
  'subscribe.by.email': 'Per E-Mail',
  'subscribe.by.sms': 'Per SMS',
  'subscribe.by.webhook': 'Webhook',
  'subscribe.by.slack': 'Slack',
  'subscribe.by.teams': 'Microsoft Teams',
  'subscribe.by.discord': 'Discord',
  'subscribe.email': 'E-Mail-Adresse',
  'subscribe.email.hint':
    'Wir senden eine E-Mail mit einem Link zur Bestätigung. Jede spätere E-Mail enthält einen Link zum Abbestellen.',
  'subscribe.email.button': 'Per E-Mail abonnieren',
  'subscribe.sms': 'Mobilnummer',
  'subscribe.sms.hint':
    'Mit Ländervorwahl, zum Beispiel +44 7700 900123. Wir senden einen Code zur Bestätigung.',
  'subscribe.sms.button': 'Per SMS abonnieren',
  'subscribe.sms.consent':
    'Ich bin damit einverstanden, an diese Nummer Statusmeldungen von {page} zu erhalten. Die Anzahl der SMS variiert. Es können Kosten für SMS und Daten anfallen. Antworten Sie HELP für Hilfe, STOP zum Beenden.',
  'subscribe.privacy': 'Datenschutzerklärung',
  'subscribe.terms': 'Nutzungsbedingungen',
  'subscribe.webhook': 'Adresse Ihres Endpunkts',
  'subscribe.webhook.hint': 'Eine https-Adresse, die POST annimmt, zum Beispiel {example}.',
  'subscribe.webhook.button': 'Diesen Endpunkt anmelden',
  'subscribe.webhook.facts': 'Was Ihr Endpunkt erhält',
  'subscribe.webhook.challenge':
    'Zuerst kommt eine Challenge, damit niemand fremde Endpunkte anmelden kann. Antworten Sie mit Status 200 und derselben Challenge als JSON, oder öffnen Sie die enthaltene confirm_url und bestätigen Sie dort.',
  'subscribe.webhook.request': 'Die Challenge, die wir senden',
  'subscribe.webhook.answer': 'Die Antwort, die sie bestätigt',
  'subscribe.webhook.signature':
    'Jede Nachricht ist nach Standard Webhooks signiert, in den Kopfzeilen webhook-id, webhook-timestamp und webhook-signature, mit einem Schlüssel nur für Sie. Sie finden ihn auf der Seite Ihres Abonnements und können ihn dort erneuern.',
  'subscribe.webhook.retries':
    'Antworten Sie mit einem Status von 200 bis 299. Andernfalls versuchen wir es in wachsenden Abständen erneut; verwerfen Sie eine webhook-id, die Sie schon kennen.',
  'subscribe.slack': 'Adresse des Webhooks',
  'subscribe.slack.hint':
    'In Slack: Legen Sie auf api.slack.com/apps eine App an oder öffnen Sie Ihre, schalten Sie „Incoming Webhooks“ ein, fügen Sie Ihrem Kanal einen Webhook hinzu und kopieren Sie dessen Adresse.',
  'subscribe.slack.button': 'Diesen Kanal anmelden',
  'subscribe.teams': 'Adresse des Workflows',
  'subscribe.teams.hint':
    'In Teams: Öffnen Sie das Menü „…“ Ihres Kanals, wählen Sie „Workflows“, nehmen Sie die Vorlage, die bei einer Webhook-Anfrage in einem Kanal postet, und kopieren Sie deren Adresse.',
  'subscribe.teams.button': 'Diesen Kanal anmelden',
  'subscribe.discord': 'Adresse des Webhooks',
  'subscribe.discord.hint':
    'In Discord: Bearbeiten Sie Ihren Kanal, öffnen Sie „Integrationen“, dann „Webhooks“, erstellen Sie einen neuen und kopieren Sie dessen Adresse.',
  'subscribe.discord.button': 'Diesen Kanal anmelden',
  'subscribe.looks_like': 'Sie beginnt so: {example}',
  'subscribe.more': 'Weitere Wege',
  'subscribe.more.lead': 'Für ein Team, einen Kanal oder ein Programm.',
  'subscribe.more.link': 'Webhooks, Chats und Feeds',
  'subscribe.feeds': 'Feeds',
  'subscribe.feeds.lead': 'Für einen Feedreader. Es wird keine Adresse benötigt.',
  'subscribe.feeds.atom': 'Atom',
  'subscribe.feeds.rss': 'RSS',
  'subscribe.feeds.json': 'JSON Feed',
  'subscribe.honeypot': 'Bitte leer lassen',
  'subscribe.choose': 'Nur einzelne Komponenten',
  'subscribe.choose.hint': 'Ohne Auswahl erfahren Sie von allen Komponenten.',
  'subscribe.wishes': 'Auswählen, worüber und wann Sie informiert werden',

  'follow.title.incident': 'Erfahren, wie es weitergeht',
  'follow.title.maintenance': 'Über diese Wartung informiert werden',
  'follow.lead.incident':
    'Sie erhalten nur Meldungen zu dieser Störung. Sie enden mit der Entwarnung.',
  'follow.lead.maintenance':
    'Sie erhalten nur Meldungen zu dieser Wartung. Sie enden, wenn die Arbeiten enden.',
  'follow.email.button': 'Per E-Mail verfolgen',
  'follow.sms.button': 'Per SMS verfolgen',
  'follow.everything': 'Stattdessen alle Meldungen abonnieren',

  'refused.title': 'Das hat nicht geklappt',
  'refused.field': '{field}: {message}',
  'refused.channel': 'Weg',
  'refused.address': 'Adresse',
  'refused.consent': 'Einwilligung',
  'refused.code': 'Bestätigungscode',

  'result.check_inbox.title': 'Bitte sehen Sie in Ihr Postfach',
  'result.check_inbox':
    'Falls diese Adresse angemeldet werden kann, ist eine E-Mail unterwegs. Bestätigen Sie mit der Schaltfläche darin; bis dahin senden wir nichts weiter.',
  'result.check_channel.title.slack': 'Bitte sehen Sie in Ihren Slack-Kanal',
  'result.check_channel.title.teams': 'Bitte sehen Sie in Ihren Teams-Kanal',
  'result.check_channel.title.discord': 'Bitte sehen Sie in Ihren Discord-Kanal',
  'result.check_channel':
    'Falls dieser Kanal angemeldet werden kann, erscheint dort gleich eine Nachricht mit einem Link. Öffnen Sie ihn und bestätigen Sie; bis dahin senden wir nichts weiter.',
  'result.answer_challenge.title': 'Ihr Endpunkt ist am Zug',
  'result.answer_challenge':
    'Falls dieser Endpunkt angemeldet werden kann, erhält er gleich eine signierte Challenge. Er bestätigt, indem er mit derselben Challenge antwortet, oder Sie öffnen die enthaltene confirm_url und bestätigen dort. Bis dahin senden wir nichts weiter.',
  'result.nothing_came':
    'Nach einigen Minuten ist nichts da? Prüfen Sie die Adresse und melden Sie sich noch einmal an; eine neue Bestätigung senden wir höchstens einmal je Minute.',
  'result.enter_code.title': 'Code eingeben',
  'result.enter_code':
    'Falls diese Nummer angemeldet werden kann, ist eine SMS mit einem sechsstelligen Code an {address} unterwegs.',
  'result.enter_code.label': 'Bestätigungscode',
  'result.enter_code.wrong':
    'Dieser Code ist falsch oder abgelaufen. Sehen Sie in der neuesten SMS nach und versuchen Sie es noch einmal.',
  'result.enter_code.button': 'Nummer bestätigen',
  'result.confirm.title': 'Bitte bestätigen Sie Ihr Abonnement',
  'result.confirm': 'Mit einem Klick erfahren Sie künftig von jeder Störung, die Sie betrifft.',
  'result.confirm.button': 'Abonnement bestätigen',
  'result.confirmed.title': 'Ihr Abonnement ist bestätigt',
  'result.confirmed': 'Von jetzt an erfahren Sie, was Sie ausgewählt haben.',
  'result.confirmed.already': 'Dieses Abonnement war schon bestätigt. Es ist nichts weiter zu tun.',
  'result.manage': 'Auswählen, worüber Sie informiert werden',
  'result.unsubscribe.title': 'Meldungen abbestellen?',
  'result.unsubscribe': 'Sie erhalten dann an diese Adresse keine Meldungen dieser Seite mehr.',
  'result.unsubscribe.button': 'Abbestellen',
  'result.unsubscribed.title': 'Die Meldungen sind abbestellt',
  'result.unsubscribed':
    'Wir senden nichts mehr an diese Adresse. Falls das ein Versehen war, können Sie sich jederzeit wieder anmelden.',
  'result.forget.title': 'Sollen wir Ihre Daten löschen?',
  'result.forget':
    'Damit endet Ihr Abonnement, und Ihre Adresse, Ihre Auswahl und Ihre Einwilligung werden gelöscht. Das lässt sich nicht rückgängig machen. Falls Sie uns einmal gebeten haben, nichts mehr zu senden, bleibt ein Code, aus dem sich Ihre Adresse nicht ermitteln lässt, damit wir uns daran halten.',
  'result.forget.button': 'Ja, meine Daten löschen',
  'result.forget.back': 'Nein, das Abonnement behalten',
  'result.forgotten.title': 'Ihre Daten sind gelöscht',
  'result.forgotten':
    'Ihre Adresse und Ihre Auswahl sind gelöscht. Alle Links, die Sie von uns erhalten haben, sind ungültig.',
  'result.saved.title': 'Gespeichert',
  'result.saved': 'Ihre Auswahl gilt ab der nächsten Meldung.',
  'result.asked_again.title': 'Eine neue Bestätigung ist unterwegs',
  'result.asked_again.email': 'Bestätigen Sie mit der Schaltfläche in der E-Mail.',
  'result.asked_again.sms': 'Geben Sie unten den Code aus der SMS ein.',
  'result.asked_again.webhook': 'Ihr Endpunkt erhält eine neue Challenge.',
  'result.asked_again.chat': 'Öffnen Sie den Link, der in Ihrem Kanal erscheint.',
  'result.rotated.title': 'Es gibt einen neuen Schlüssel',
  'result.rotated':
    'Nachrichten werden ab jetzt mit ihm signiert, und einen Tag lang auch noch mit dem bisherigen.',
  'result.link_expired.title': 'Dieser Link funktioniert nicht',
  'result.link_expired':
    'Er ist abgelaufen oder unvollständig. Melden Sie sich noch einmal an, dann senden wir einen neuen.',
  'result.again': 'Noch einmal anmelden',
  'result.done.title': 'Erledigt',
  'result.home': 'Zurück zur Statusseite',

  'manage.title': 'Ihr Abonnement',
  'manage.address': 'Die Meldungen gehen an {address}.',
  'manage.unsubscribed': 'Dieses Abonnement ist beendet. Wir senden nichts an {address}.',
  'manage.pending':
    'Dieses Abonnement ist noch nicht bestätigt. Solange das so ist, wird nichts gesendet.',
  'manage.suppressed': 'Meldungen werden seit {since} zurückgehalten',
  'manage.suppressed.bounce':
    'Frühere E-Mails kamen zurück. Vielleicht war das Postfach voll oder geschlossen.',
  'manage.suppressed.complaint':
    'Eine frühere Nachricht wurde als Spam gemeldet. Daran halten wir uns: Wenn Sie wieder von uns hören möchten, melden Sie eine andere Adresse an oder wenden Sie sich an unseren Support.',
  'manage.suppressed.stop':
    'Von dieser Nummer kam STOP. Wenn Sie wieder von uns hören möchten, senden Sie START an die Nummer, von der unsere Nachrichten kamen.',
  'manage.suppressed.invalid': 'Laut Anbieter gibt es diese Adresse nicht.',
  'manage.suppressed.provider': 'Der Anbieter lehnt es ab, an diese Adresse zu senden.',
  'manage.suppressed.unreachable':
    'Zu viele Meldungen nacheinander konnten dort nicht zugestellt werden.',
  'manage.suppressed.manual':
    'Unser Support hat sie angehalten. Wenn Sie wieder von uns hören möchten, wenden Sie sich bitte an den Support.',
  'manage.ask_again': 'Neue Bestätigung senden',
  'manage.ask_again.hint': 'Sobald Sie bestätigt haben, gehen wieder Meldungen hinaus.',
  'manage.wanted': 'Worüber Sie informiert werden',
  'manage.components': 'Komponenten',
  'manage.components.hint':
    'Markieren Sie, wovon Sie erfahren möchten. Ohne Auswahl erfahren Sie von allen Komponenten.',
  'manage.group': 'Alles in {group}, auch später hinzugefügte Komponenten',
  'manage.events': 'Arten von Meldungen',
  'manage.events.incident': 'Störungen',
  'manage.events.maintenance': 'Geplante Wartungen',
  'manage.events.postmortem': 'Abschlussberichte',
  'manage.min_impact': 'Geringste Auswirkung, von der Sie erfahren',
  'manage.min_impact.none': 'Alle, auch ohne Auswirkung',
  'manage.min_impact.minor': 'Gering oder höher',
  'manage.min_impact.major': 'Erheblich oder höher',
  'manage.min_impact.critical': 'Nur kritisch',
  'manage.updates': 'Wie viel davon',
  'manage.updates.all': 'Jede Meldung',
  'manage.updates.start_and_end': 'Nur Beginn und Ende',
  'manage.incidents': 'Einzelne Störungen verfolgen',
  'manage.incidents.hint':
    'Von einer markierten erfahren Sie, bis sie vorbei ist, gleich was Sie unten auswählen.',
  'manage.only_incidents': 'Nur die markierten; mein Abonnement endet mit der letzten von ihnen',
  'manage.when': 'Wann und in welcher Sprache',
  'manage.quiet': 'Ruhezeit',
  'manage.quiet.hint':
    'Zwischen diesen Uhrzeiten stören nur kritische Meldungen; alles andere wartet, bis die Ruhezeit endet. Leer bedeutet: keine Ruhezeit.',
  'manage.quiet.from': 'Von',
  'manage.quiet.until': 'Bis',
  'manage.digest': 'Eine E-Mail am Tag',
  'manage.digest.hint':
    'Statt einer E-Mail je Meldung erhalten Sie zu dieser Uhrzeit eine mit allem, was am Tag geschah. Leer bedeutet: jede Meldung sofort.',
  'manage.time_zone': 'Zeitzone',
  'manage.time_zone.use': 'Sie gilt für die Zeiten in Meldungen und für Ihre Ruhezeit.',
  'manage.time_zone.hint':
    'Zum Beispiel Europe/Berlin. Leer bedeutet: die Ihres Geräts oder, falls die nicht bekannt ist, {zone}.',
  'manage.locale': 'Sprache',
  'manage.save': 'Auswahl speichern',
  'manage.stop': 'Alle Meldungen abbestellen',
  'manage.signing': 'Signaturschlüssel',
  'manage.signing.hint':
    'Damit prüft Ihr Endpunkt nach Standard Webhooks, ob eine Nachricht von uns stammt.',
  'manage.signing.show': 'Schlüssel anzeigen',
  'manage.signing.rotate': 'Neuen Schlüssel erzeugen',
  'manage.signing.rotate.hint':
    'Beide signieren 24 Stunden lang, sodass Sie ohne Verlust wechseln können.',
  'manage.signing.old':
    'Der bisherige Schlüssel signiert noch bis {until}; danach können Sie wieder einen neuen erzeugen.',
  'manage.data': 'Ihre Daten',
  'manage.data.hint':
    'Erhalten Sie alles, was wir über Sie gespeichert haben, als Datei, oder lassen Sie alles löschen.',
  'manage.data.download': 'Alles herunterladen, was über mich gespeichert ist',
  'manage.data.forget': 'Meine Daten löschen',

  'missing.title': 'Diese Seite gibt es nicht',
  missing: 'Die Adresse ist vielleicht falsch geschrieben, oder der Inhalt wurde entfernt.',
}
