/** The Grafana dashboard, `docs/grafana-dashboard.json`: made from this, so that a test can compare what it asks for with what `/metrics` has. */

interface Target { readonly expr: string; readonly legendFormat: string }
interface Drawn { readonly title: string; readonly unit: string; readonly targets: readonly Target[]; readonly kind?: 'timeseries' | 'stat' | 'state-timeline'; readonly description: string }

const of = (expr: string, legendFormat: string): Target => ({ expr, legendFormat })
const rate = (counter: string): string => `rate(${counter}{instance=~"$instance"}[$__rate_interval])`
const at = (gauge: string): string => `${gauge}{instance=~"$instance"}`

export const rows: readonly (readonly [title: string, panels: readonly Drawn[]])[] = [
  ['Promises', [
    { title: 'Lights', kind: 'state-timeline', unit: 'none', description: '0 kept, 1 look at it, 2 broken, -1 not measured. What each means stands on the operations page.', targets: [of(at('lodge_promise_light'), '{{promise}}')] },
    { title: 'Findings', unit: 'none', description: 'What the watchdogs see wrong now.', targets: [of(`sum by (component, severity) (${at('lodge_findings')})`, '{{component}} {{severity}}')] },
    { title: 'Alerts', kind: 'stat', unit: 'none', description: 'Alerts that stand, and those that nobody looks after.', targets: [of(at('lodge_alerts_standing'), 'stand'), of(at('lodge_alerts_unacknowledged'), 'nobody looks after')] },
  ]],
  ['Delivery', [
    { title: 'A trial message arrives after', unit: 's', description: 'Accepted, stored, heard at a socket. A gap: it did not arrive.', targets: [of(at('lodge_canary_latency_seconds'), '{{instance}}')] },
    { title: 'Entries', unit: 'ops', description: 'What this server commits.', targets: [of(rate('lodge_entries_total'), '{{instance}}')] },
    { title: 'Waiting for an answer', unit: 'none', description: 'Commands that are not stored yet.', targets: [of(at('lodge_commands_waiting'), '{{instance}}')] },
  ]],
  ['Database', [
    { title: 'Connections', unit: 'none', description: 'Open ones, and how many there may be.', targets: [of(at('lodge_database_connections'), 'open'), of(at('lodge_database_connections_max'), 'may be'), of(at('lodge_database_waiting'), 'wait for one')] },
    { title: 'Up', kind: 'stat', unit: 'none', description: '1 when it answers.', targets: [of(at('lodge_database_up'), '{{instance}}')] },
    { title: 'Taken back', unit: 'none', description: 'Connections taken from overdue functions by force.', targets: [of(at('lodge_database_reclaimed_total'), '{{instance}}')] },
    { title: 'Lists and reports are behind', unit: 's', description: 'Age of the oldest entry that the slowest projection has not seen.', targets: [of(at('lodge_projection_lag_seconds'), '{{instance}}')] },
  ]],
  ['This machine', [
    { title: 'Sockets', unit: 'none', description: 'Open ones.', targets: [of(at('lodge_connections'), '{{instance}}')] },
    { title: 'Event loop delay, p99', unit: 's', description: 'Since the last scrape.', targets: [of(at('lodge_loop_delay_p99_seconds'), '{{instance}}')] },
    { title: 'Memory', unit: 'bytes', description: 'Of the server’s process.', targets: [of(at('lodge_process_resident_memory_bytes'), '{{instance}}')] },
    { title: 'Headroom', unit: 'none', description: 'What it can carry, divided by the peak of the last day. Below 2 is too little.', targets: [of(`${at('lodge_headroom_capacity')} / on (instance, figure) ${at('lodge_headroom_peak')}`, '{{figure}}')] },
  ]],
  ['Requests', [
    { title: 'Slowest endpoints, p95', unit: 's', description: 'Time in handlers.', targets: [of(`topk(8, histogram_quantile(0.95, sum by (le, endpoint) (${rate('lodge_request_seconds_bucket')})))`, '{{endpoint}}')] },
    { title: 'Statements', unit: 'ops', description: 'SQL statements by endpoint.', targets: [of(`topk(8, sum by (endpoint) (${rate('lodge_request_statements_total')}))`, '{{endpoint}}')] },
  ]],
]

const source = { type: 'prometheus', uid: '${datasource}' }
const width = 24

export function dashboard(): string {
  let id = 0, y = 0
  const panels = rows.flatMap(([title, drawn]) => {
    const head = { id: ++id, type: 'row', title, collapsed: false, gridPos: { h: 1, w: width, x: 0, y }, panels: [] }
    const w = Math.floor(width / drawn.length)
    const below = drawn.map((d, i) => ({
      id: ++id, type: d.kind ?? 'timeseries', title: d.title, description: d.description, datasource: source, gridPos: { h: 8, w, x: i * w, y: y + 1 },
      fieldConfig: { defaults: { unit: d.unit, ...(d.unit !== 'none' && { min: 0 }) }, overrides: [] }, options: {}, targets: d.targets.map((t, n) => ({ refId: String.fromCharCode(65 + n), datasource: source, ...t })),
    }))
    y += 9
    return [head, ...below]
  })
  return `${JSON.stringify({
    title: 'Lodge', uid: 'lodge', tags: ['lodge'], schemaVersion: 39, version: 1, editable: true, refresh: '10s', time: { from: 'now-1h', to: 'now' }, timezone: 'browser',
    templating: { list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
      { name: 'instance', type: 'query', label: 'Server', datasource: source, query: 'label_values(lodge_connections, instance)', includeAll: true, multi: true, current: { text: 'All', value: '$__all' }, refresh: 1 },
    ] },
    panels,
  }, null, 2)}\n`
}
