/** A reason not to start that the operator can mend. The message says what is wrong and what to do; it is shown without a stack. */
export class CannotStart extends Error {}
