/**
 * Advisory locks of the whole database. Locks of a session and of a transaction share one space of numbers, so each purpose has its
 * own: with one for two, a backup that took an hour kept every node's lease from being renewed.
 */
export const advisoryLocks = { migration: 5_020_624, nodeLease: 5_020_625, backup: 5_020_626 } as const
