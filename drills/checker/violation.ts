export interface Violation { readonly rule: string; readonly what: string; readonly topic?: string; readonly id?: string; readonly by?: string; readonly observer?: string }
