import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component}に接続できません',
  'probe.errors': '{component}がエラーを返しています',
  'probe.slow': '{component}の応答が遅くなっています',
  'probe.missing': '{component}から時間内に報告がありません',
  'probe.reported': '{component}が問題を報告しています',
  'probe.body': '{time} に監視システムで異常を検知しました。現在、調査しています。',
  'probe.flapping':
    '{window}の間に状態が何度も変わったため、{stable}安定するまでこの状態として扱います。',
}
