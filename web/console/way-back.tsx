import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'

interface Props { to: '/contacts' | '/inbox' | '/tray' | '/visits'; label: string }

/** On a phone a pane covers its list and the rail: whatever it shows, there is a way back. */
export const WayBack = ({ to, label }: Props) => (
  <Link to={to} search className="inline-flex items-center gap-1 text-13 text-muted md:hidden">
    <ArrowLeft aria-hidden size={16} className="rtl:rotate-180" />{label}
  </Link>
)
