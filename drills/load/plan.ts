/**
 * What the load chooses by chance: who talks and what they say, which kiosk, which desk. The n-th choice depends on the seed and on n,
 * never on how the house does, so that a run can be repeated.
 */
import type { Chance } from '#drills/chance.ts'

export interface Saying { readonly talk: number; readonly isVisitor: boolean; readonly text: string }

const sentences = [
  'Good morning.', 'Hello again!', 'Is the room free from Friday on?', 'We come by train, and may be late.', 'Could somebody help us with the luggage, please?',
  'Two adults, one child, and a dog that is quiet at night.', 'Of course, I have noted that for you.', 'The meeting room on the second floor is free from three o’clock on.',
  'Let me ask my colleague, who is at the gate just now; it will take a minute.', 'Thank you!', 'Is breakfast included, and from what time on may we have it?',
  'I sent the form twice, since I was not told whether it had arrived.', 'You will find the key in the box beside the door.', 'Which of the two invoices is the right one?',
] as const

export function talkPlan(chance: Chance, talks: number): () => Saying {
  let n = 0
  return () => ({
    talk: chance.below(talks), isVisitor: chance.is(0.5),
    text: `${++n}. ${Array.from({ length: 1 + chance.below(5) }, () => chance.pick(sentences)).join(' ')}`,   // the number makes each another one
  })
}

export interface Arrival { readonly kiosk: number; /** Somebody who is here leaves, if there is anybody. */ readonly isLeaving: boolean; /** Which of them, in [0, 1). */ readonly who: number }
export const kioskPlan = (chance: Chance, kiosks: number) => (): Arrival => ({ kiosk: chance.below(kiosks), isLeaving: chance.is(0.4), who: chance.next() })

/** Of one booking in four that account whose talk is being watched; one in twenty wants what was just booked. */
export interface Wish { readonly isOwn: boolean; readonly isClash: boolean }
export const bookingPlan = (chance: Chance) => (): Wish => ({ isOwn: chance.is(1 / 4), isClash: chance.is(1 / 20) })

/** The desks of an hour, in the order in which people like them; then those of the next hour. */
export function deskPlan(chance: Chance, desks: number): () => { readonly desk: number; readonly hour: number } {
  const all = Array.from({ length: desks }, (_, i) => i)
  let left: number[] = [], hour = -1
  return () => {
    if (left.length === 0) {
      left = chance.shuffle(all)
      hour++
    }
    return { desk: left.pop()!, hour }
  }
}
