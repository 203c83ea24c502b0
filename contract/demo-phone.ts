/** Between the page of the demo's phone and the demo's carrier. No part of the API: it is there in a demo only. */

/** `sent`: by the phone, not acknowledged yet. `taken`: the hotel has it. `arrived`: on the phone. */
export interface PhoneMessage { key: string; by: 'phone' | 'hotel'; text: string; state: 'sent' | 'taken' | 'arrived'; atMs: number }
/** What the carrier may be made to do wrong. */
export interface PhoneFaults { loseReports: boolean; slow: boolean; throttle: boolean }
export const phoneFaults = ['loseReports', 'slow', 'throttle'] as const satisfies readonly (keyof PhoneFaults)[]
export interface PhoneState { hotel: string; messages: readonly PhoneMessage[]; faults: PhoneFaults; /** Whether Lodge is connected to the carrier. */ isBound: boolean }
