import type { allClear as english } from '../en/all-clear.ts'
import type { Translation } from '../translation.ts'

export const allClear: Translation<typeof english> = {
  'watched.fix': '{end} से यह फिर से काम कर रहा है; हमारी निगरानी ने इसे {watched} तक देखा है।',
  'watched.impact':
    '{components}: {start} से {end} तक ({duration})। {checks} में से {failed} जाँचें विफल रहीं।',
  'watched.impact.unchecked': '{components}: {start} से {end} तक ({duration})।',
  'watched.body':
    'यह समस्या समाप्त हो गई है। यह {start} से {end} तक, {duration} चली। इसके बाद हमारी निगरानी ने {watched} तक देखा कि सब फिर से काम कर रहा है: {components}।',
}
