import { CannotStart } from '#server/kernel/cannot-start.ts'

/** The database cannot be had now, and may be later by itself. At a first start that is a reason not to start. */
export class NoDatabaseYet extends CannotStart {}
