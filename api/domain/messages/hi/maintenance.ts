import type { maintenance as english } from '../en/maintenance.ts'
import type { Translation } from '../translation.ts'

export const maintenance: Translation<typeof english> = {
  'maintenance.said.start': 'काम शुरू हो गया है।',
  'maintenance.said.verify': 'काम हो गया है। हम जाँच रहे हैं कि सब ठीक है।',
  'maintenance.said.complete': 'काम पूरा हो गया है।',
  'maintenance.said.cancel': 'यह रखरखाव रद्द कर दिया गया है।',
  'maintenance.said.moved': 'रखरखाव का समय बदल गया है: अब यह {start} से {end} तक होगा।',
  'maintenance.said.components': 'योजना बदल गई है: अब इस रखरखाव का असर {components} पर होगा।',
  'maintenance.said.extended': 'हमें और समय चाहिए: {end} तक।',
  'maintenance.said.shortened': 'काम पहले पूरा होने की उम्मीद है: {end}।',
}
