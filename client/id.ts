import { v7 } from 'uuid'

/** A UUIDv7: ids of one device sort in the order they were made. */
export const newId = (): string => v7()
