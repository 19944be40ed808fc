import type { refusal as english } from '../en/refusal.ts'
import type { Translation } from '../translation.ts'

export const refusal: Translation<typeof english> = {
  'refusal.other': 'यह जानकारी इस रूप में नहीं ली जा सकती।',
  'refusal.one_of': 'केवल ये संभव हैं: {allowed}',
  'refusal.empty': 'कृपया इसे भरें।',
  'refusal.too_long': 'अधिकतम {most} अक्षर लिखे जा सकते हैं।',
  'refusal.too_many': 'अधिकतम {most} चुने जा सकते हैं।',

  'refusal.email': 'कृपया ईमेल पता लिखें, जैसे {example}',
  'refusal.number': 'कृपया देश कोड के साथ मोबाइल नंबर लिखें, जैसे {example}',
  'refusal.url': 'कृपया इस तरह का URL लिखें: {example}',
  'refusal.country': 'SMS केवल इन देशों के नंबरों पर भेजे जाते हैं: {countries}',
  'refusal.private_address': 'निजी पते नहीं लिए जाते।',
  'refusal.ip_address': 'कृपया IP पते की जगह होस्ट नाम लिखें।',
  'refusal.leads_inside': 'होस्ट नाम किसी निजी पते पर नहीं जाना चाहिए।',
  'refusal.leads_here': 'URL इसी सर्वर पर नहीं जाना चाहिए।',
  'refusal.unknown_host': 'यह होस्ट नाम नहीं मिला।',
  'refusal.host_not_now': 'यह होस्ट नाम अभी नहीं खोजा जा सका। कृपया बाद में फिर कोशिश करें।',
  'refusal.consent': 'आपकी सहमति के बिना हम किसी नंबर पर संदेश नहीं भेज सकते।',
  'refusal.code': 'यह कोड गलत है या इसका समय बीत गया है।',
  'refusal.digits': 'कोड 6 अंकों का होता है।',

  'refusal.component': '{name} नाम की कोई सेवा या समूह नहीं है।',
  'refusal.group': '{name} नाम का कोई समूह नहीं है।',
  'refusal.incident': '{name} नाम की कोई जारी बाधा या रखरखाव नहीं है।',
  'refusal.nothing_followed': 'कृपया कम से कम एक जारी बाधा या रखरखाव चुनें।',
  'refusal.events': 'कृपया कम से कम एक प्रकार के संदेश चुनें।',
  'refusal.time': 'कृपया 00:00 से 23:59 के बीच का समय लिखें।',
  'refusal.no_span': 'समाप्ति का समय शुरू के समय से अलग होना चाहिए।',
  'refusal.digest_by_email': 'दैनिक सारांश केवल ईमेल से भेजा जाता है।',
  'refusal.time_zone': 'कृपया Asia/Kolkata जैसा समय क्षेत्र लिखें।',
  'refusal.locale': 'कृपया hi या pt-BR जैसा भाषा कोड लिखें।',

  'refusal.too_fast': 'बहुत अधिक अनुरोध आए। कृपया {seconds} सेकंड बाद फिर कोशिश करें।',
  'refusal.flood': {
    one: 'अभी बहुत लोग सदस्यता ले रहे हैं। कृपया {n} मिनट बाद फिर कोशिश करें।',
    other: 'अभी बहुत लोग सदस्यता ले रहे हैं। कृपया {n} मिनट बाद फिर कोशिश करें।',
  },
  'refusal.costs': 'आज और नंबर नहीं जोड़े जा सकते। कृपया कल फिर कोशिश करें।',
  'refusal.asked_just_now': {
    one: 'पुष्टि अभी-अभी माँगी गई थी। {n} मिनट बाद नई भेजी जा सकेगी।',
    other: 'पुष्टि अभी-अभी माँगी गई थी। {n} मिनट बाद नई भेजी जा सकेगी।',
  },
  'refusal.changing': 'इसे अभी कहीं और से भी बदला जा रहा है। कृपया फिर कोशिश करें।',

  'refusal.ended': 'यह सदस्यता समाप्त हो चुकी है। आप फिर से सदस्यता ले सकते हैं।',
  'refusal.nothing_wrong': 'इस सदस्यता की पुष्टि हो चुकी है और सब कुछ ठीक है।',
  'refusal.silenced.stop':
    'इस नंबर से STOP भेजा गया था: इस पर कुछ नहीं भेजा जा सकता, और इसे केवल नंबर का मालिक बदल सकता है।',
  'refusal.silenced.complaint':
    'इस पते पर भेजे संदेश स्पैम बताए गए थे: इस पर कुछ नहीं भेजा जा सकता, और इसे केवल पते का मालिक बदल सकता है।',
  'refusal.silenced.manual': 'संचालक ने यह पता बंद कर दिया है: इस पर कुछ नहीं भेजा जा सकता।',
  'refusal.no_secret': 'हस्ताक्षर का सीक्रेट केवल वेबहुक का होता है।',
  'refusal.rotated_lately': 'सीक्रेट बदले एक दिन से कम हुआ है। इसे {time} से फिर बदला जा सकता है।',
}
