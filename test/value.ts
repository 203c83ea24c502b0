import { valueOf, type Outcome } from '#client/call.ts'

/** What a call returns; the test fails where it is refused. */
export const value = async <T>(of: Promise<Outcome<T>>): Promise<T> => valueOf(await of)
