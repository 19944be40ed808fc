import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} तक पहुँचा नहीं जा सकता',
  'probe.errors': '{component} से त्रुटियाँ मिल रही हैं',
  'probe.slow': '{component} से जवाब देर से मिल रहे हैं',
  'probe.missing': '{component} से समय पर सूचना नहीं मिली',
  'probe.reported': '{component} समस्याएँ बता रहा है',
  'probe.metric': '{component} अपनी सीमाओं से बाहर है',
  'probe.certificate': '{component} तक सुरक्षित रूप से पहुँचा नहीं जा सकता',
  'probe.left': '{component} अब भी काम नहीं कर रहा है',
  'probe.after_maintenance': 'रखरखाव के बाद {component} काम नहीं कर रहा',
  'probe.silent.body': '{time} से {component} तक पहुँचा नहीं जा सकता।',
  'probe.errors.body': '{time} से {component} से त्रुटियाँ मिल रही हैं।',
  'probe.slow.body': '{time} से {component} से जवाब देर से मिल रहे हैं।',
  'probe.missing.body':
    '{component} से हमारी निगरानी को सूचना मिलनी चाहिए थी, पर {time} से नहीं मिली है।',
  'probe.reported.body': '{component} {time} से समस्याएँ बता रहा है।',
  'probe.metric.body': '{component} का एक माप, जिस पर हम नज़र रखते हैं, {time} से अपनी सीमाओं से बाहर है।',
  'probe.certificate.body':
    '{time} से {component} से सुरक्षित कनेक्शन नहीं बन पा रहे हैं: उसके प्रमाणपत्र में कुछ गड़बड़ है।',
  'probe.left.body':
    '{component} {time} से काम नहीं कर रहा है। यह जिस पर निर्भर है वह फिर से चल रहा है, पर यह अभी नहीं।',
  'probe.after_maintenance.body':
    '{component} का रखरखाव पूरा हो गया है, लेकिन {time} से यह काम नहीं कर रहा है।',
  'probe.impact.major_outage': 'फ़िलहाल इसका उपयोग नहीं किया जा सकता।',
  'probe.impact.partial_outage': 'फ़िलहाल इसके कुछ हिस्सों का उपयोग नहीं किया जा सकता।',
  'probe.impact.degraded_performance':
    'इसका उपयोग किया जा सकता है, पर यह धीमा हो सकता है या कभी-कभी विफल हो सकता है।',
  'probe.impact.under_maintenance': 'इस पर काम चल रहा है।',
  'probe.dragged': 'इससे ये भी प्रभावित हैं: {components}।',
  'probe.more': '{n} अन्य',
  'probe.investigating': 'हम जाँच कर रहे हैं।',
  'probe.flapping': '{window} में स्थिति कई बार बदली है, इसलिए {stable} तक स्थिर रहने तक यही मानी जाएगी।',
}
