/** Who asked for a connection, as a stack. A few frames tell; all ten would double what a checkout costs. */
export function whoAsks(label: string): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 6
  const asked = new Error(label)
  Error.stackTraceLimit = limit
  return asked
}
