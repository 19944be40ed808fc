import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} तक पहुँचा नहीं जा सकता',
  'probe.errors': '{component} से त्रुटियाँ मिल रही हैं',
  'probe.slow': '{component} से जवाब देर से मिल रहे हैं',
  'probe.missing': '{component} से समय पर सूचना नहीं मिली',
  'probe.reported': '{component} समस्याएँ बता रहा है',
  'probe.body': 'हमारी निगरानी में {time} पर इसका पता चला। हम जाँच कर रहे हैं।',
  'probe.flapping': '{window} में स्थिति कई बार बदली है, इसलिए {stable} तक स्थिर रहने तक यही मानी जाएगी।',
}
