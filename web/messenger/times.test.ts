import { describe, expect, it } from 'vitest'
import { translator } from '#web/ui/catalogue.ts'
import { en, type MessengerSentences } from './catalogues/en.ts'
import { times } from './times.ts'

const at = (hour: number, minute: number) => times('en', translator<MessengerSentences>(en), () => new Date(2026, 10, 27, hour, minute, 30).getTime())
const minuteMs = 60_000

describe('[DL5] from when on something can be asked for again', () => {
  it('is a full minute that has come by then', () => {
    expect(at(14, 20).next(12 * minuteMs)).toMatch(/^(?:14|0?2):33\b/)
    expect(at(14, 20).next(12 * minuteMs + minuteMs / 2)).toMatch(/^(?:14|0?2):33\b/)
  })
  it('names the day when it is another one', () => {
    expect(at(23, 55).next(12 * minuteMs)).toMatch(/Saturday.*(?:00|12):08/)
  })
})
