/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'

const Icon = ({ children }: { children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">{children}</svg>
)
export const Free = () => <Icon><circle cx="12" cy="12" r="10" /><path d="m8 12.5 2.7 2.700L16 9.5" /></Icon>
export const Busy = () => <Icon><circle cx="12" cy="12" r="10" /><path d="M8 12h8" /></Icon>
export const Clock = () => <Icon><circle cx="12" cy="12" r="10" /><path d="M12 6.500V12l3.5 2" /></Icon>
export const Closed = () => <Icon><circle cx="12" cy="12" r="10" /><path d="m5 5 14 14" /></Icon>
export const Cloud = () => <Icon><path d="m2 2 20 20M5.8 5.800A7 7 0 0 0 9 19h8.500a4.5 4.5 0 0 0 1.3-.190M21.5 16.500A4.5 4.5 0 0 0 17.5 10h-1.800A7 7 0 0 0 10 5.1" /></Icon>
