/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'

const Icon = ({ children }: { children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{children}</svg>
)
export const ArrowBack = () => <Icon><g class="turns"><path d="m12 19-7-7 7-7M19 12H5" /></g></Icon>
export const Contrast = () => <Icon><circle cx="12" cy="12" r="9" /><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" stroke="none" /></Icon>
export const Globe = () => <Icon><circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3a14 14 0 0 1 0 18 14 14 0 0 1 0-18" /></Icon>
export const Invited = () => <Icon><path d="M8 2v4M16 2v4M3 10h18M21 12V6a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h7M16 20l2 2 4-4" /></Icon>
export const Wave = () => <Icon><path d="M18 11V6a2 2 0 1 0-4 0v5M14 10V4a2 2 0 1 0-4 0v2M10 10.5V6a2 2 0 1 0-4 0v8" /><path d="M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.340l-3.6-3.600a2 2 0 0 1 2.83-2.820L7 15" /></Icon>
export const Code = () => <Icon><rect x="3" y="3" width="6" height="6" rx="1" /><rect x="15" y="3" width="6" height="6" rx="1" /><rect x="3" y="15" width="6" height="6" rx="1" /><path d="M21 15h-3a2 2 0 0 0-2 2v4M21 21v.01M12 7v3a2 2 0 0 1-2 2H7M3 12h.01M12 3h.01M12 16v.01M16 12h1M21 12v.01M12 21v-1" /></Icon>
export const Leave = () => <Icon><g class="turns"><path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9" /></g></Icon>
export const Check = () => <Icon><path d="M20 6 9 17l-5-5" /></Icon>
export const Person = () => <Icon><circle cx="12" cy="8" r="4" /><path d="M4 21a8 8 0 0 1 16 0" /></Icon>
export const Warning = () => <Icon><path d="M12 9v4M12 17h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.900a2 2 0 0 0-3.4 0z" /></Icon>
export const Lantern = () => (
  <svg class="lantern" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#F5A524" /><g transform="translate(3.2 3) scale(.8)" fill="none" stroke="#1C1917" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="16" cy="5.6" r="2.1" /><path d="m9.5 12.4 3.6-4.700h5.800l3.6 4.700Z" fill="#1C1917" /><path d="m11 12.4-.9 11.400h11.800L21 12.400M8.6 26.800h14.8" /><path d="M16 14.200c2.3 2.4 3.2 3.7 3.2 5.200a3.2 3.2 0 0 1-6.4 0c0-1.5.9-2.8 3.2-5.200Z" fill="#1C1917" stroke="none" /></g></svg>
)
