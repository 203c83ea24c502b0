/** This machine does not let the drill make its fault. That is neither passed nor failed: it is said, with what to do, and counted by itself. */
export class NotHere extends Error {}
