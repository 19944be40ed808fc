import type { uptime as english } from '../en/uptime.ts'
import type { Translation } from '../translation.ts'

export const uptime: Translation<typeof english> = {
  'months.title': 'महीनों के अनुसार अपटाइम',
  'months.month': 'महीना',
  'months.target': 'लक्ष्य {percent}',
  'months.running': '{month}, अब तक',
  'months.kept': 'पूरा हुआ',
  'months.missed': 'चूका',
  'months.unknown': 'आँकड़ा नहीं',
  'months.fixed': 'महीना ख़त्म होने के एक दिन बाद उसका आँकड़ा तय हो जाता है: बाद के सुधार उसे नहीं बदलते।',

  'response.title': 'जवाब का समय',
  'response.as_of': '{time} की स्थिति।',
  'response.hours': { one: '{n} घंटा', other: '{n} घंटे' },
  'response.days': { one: '{n} दिन', other: '{n} दिन' },
  'response.within': '{percent} इतने में',
  'response.errors': 'विफल',
  'response.checks': 'जाँचें',
  'response.probe': '“{probe}” जाँच से मापा गया; हर बिंदु {duration} का है।',
  'response.chart': 'जवाब का समय और विफल जाँचें, {span}',
  'response.described':
    '{from} से {until} तक: आधे जवाब {p50} में, 95% जवाब {p95} में और 99% जवाब {p99} में आए; {errors} जाँचें विफल रहीं।',
  'response.gaps': 'जहाँ रेखाएँ टूटी हैं, वहाँ का डेटा नहीं है।',
  'response.cut': '{peak} तक के उछाल काटकर दिखाए गए हैं।',
  'response.none': 'इस दौरान कुछ नहीं मापा गया।',
  'response.table': 'ये आँकड़े तालिका में',
  'response.from': 'कब से',
  'response.utc': 'इन आँकड़ों के दिन, सप्ताह और महीने UTC की आधी रात से शुरू होते हैं।',
  'response.others': 'इस सेवा की दूसरी जाँचें',
  'response.probe_name': 'जाँच',
}
