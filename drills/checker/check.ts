/** Judges a whole history by all that was promised; each part knows its own promises, none knows how Lodge works. */
import { checkBookings } from './bookings.ts'
import { checkDevices } from './devices.ts'
import type { History } from './history.ts'
import { checkHonesty } from './honesty.ts'
import { checkTalk } from './talk.ts'
import type { Violation } from './violation.ts'

export const check = (history: History): Violation[] => [...checkTalk(history), ...checkDevices(history), ...checkBookings(history), ...checkHonesty(history)]
