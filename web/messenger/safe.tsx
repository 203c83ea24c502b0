/** @jsxImportSource preact */
import { Component, type ComponentChildren } from 'preact'
import { whisper } from './shelter.ts'

/** What breaks inside is not shown, rather than half shown, and the host page does not hear of it. */
export class Safe extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false }
  override componentDidCatch(error: unknown): void {
    whisper(error)
    this.setState({ broken: true })
  }
  override render() {
    return this.state.broken ? null : this.props.children
  }
}
