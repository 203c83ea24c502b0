/** The words of the status page, apart from its schemas, so that a browser does not load a validator for them. */

/** From best to worst. `works` beside an incident means: announced, and nothing is felt. */
export const levels = ['works', 'slow', 'disrupted', 'down'] as const
export type Level = (typeof levels)[number]
export const incidentStates = ['investigating', 'identified', 'monitoring', 'resolved'] as const
export type IncidentState = (typeof incidentStates)[number]
/** Whom it concerns: people outside, people who answer them, people who lead and administer. */
export const audiences = ['visitors', 'agents', 'managers'] as const
export type Audience = (typeof audiences)[number]
export const remediationStates = ['done', 'in_progress', 'scheduled'] as const
