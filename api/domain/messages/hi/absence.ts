import type { absence as english } from '../en/absence.ts'
import type { Translation } from '../translation.ts'

export const absence: Translation<typeof english> = {
  'absence.links': 'यहाँ से आगे',
  'absence.unpublished.title': 'यह पेज तैयार हो रहा है',
  'absence.unpublished':
    'इसकी पहली स्थिति अभी प्रकाशित नहीं हुई है। इसमें कुछ सेकंड लगते हैं; फिर पेज यहाँ अपने आप दिखेगा।',
  'absence.retry': 'फिर कोशिश करें',
}
