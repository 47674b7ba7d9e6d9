// Examples of the playbook language. Each is the keys of a document, so that a test can parse it; what a document must have
// besides is added there.

/** A whole document, as an editor would hold it. */
const whole = `apiVersion: millrace.io/v1
kind: Playbook
metadata:
  name: quakes-weekly
  description: Load the week's earthquakes
  labels: { team: geo }
inputs:
  feed: { type: string, format: uri }
  magnitudeMin: { type: number, default: 2.5 }
secrets: [pager_token]
timeout: 10m
tasks:
  fetch:
    steps:
      - id: get
        plugin: http
        with: { url: "{{ inputs.feed }}", expect: json }
        timeout: 30s
        retry: { attempts: 5, delay: 500ms }
      - id: shape
        plugin: transform
        with: { value: "{{ steps.get.output.body.features.properties[mag >= $$.inputs.magnitudeMin][] }}" }
  score:
    needs: [fetch]
    forEach: { in: "{{ tasks.fetch.output }}", as: quakes, concurrency: 4, batch: 500 }
    steps:
      - id: energy
        plugin: python
        with:
          input: { quakes: "{{ quakes }}" }
          code: |
            def main(quakes):
                return [{**q, "joules": 10 ** (4.8 + 1.5 * q["mag"])} for q in quakes]
  load:
    needs: [score]
    steps:
      - { id: write, plugin: dataset.write, with: { dataset: quakes-weekly, events: "{{ tasks.score.output }}" } }
  page:
    needs: [load]
    when: failed
    steps:
      - id: call
        plugin: http
        with:
          method: POST
          url: https://pager.example.com/alerts
          auth: { bearer: { secret: pager_token } }
          json: { text: "{{ error.message }}" }
outputs:
  stored: "{{ tasks.load.output.stored }}"
`

/** By the path of the part that each one shows. */
const parts: Readonly<Record<string, string>> = {
  metadata: `metadata:
  name: orders-daily
  description: Loads yesterday's orders
  labels: { team: shop, tier: gold }
`,
  concurrency: `concurrency: { key: "{{ inputs.shop }}", limit: 1, whenFull: queue }
inputs: { shop: { type: string } }
`,
  'triggers.<trigger>': `triggers:
  pushed: { webhook: {} }
`,
  'triggers.<trigger>.schedule': `triggers:
  hourly: { schedule: { cron: "5 * * * *", timezone: Europe/Paris } }
  monthEnd: { schedule: { rrule: "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18", timezone: America/New_York } }
`,
  'tasks.<task>': `tasks:
  extract:
    description: Reads what is new
    timeout: 5m
    steps:
      - { id: rows, plugin: sql, with: { query: "SELECT 1 AS n" } }
  report:
    needs: [extract]
    if: "{{ tasks.extract.output.rowCount > 0 }}"
    steps:
      - { id: text, plugin: transform, with: { value: "{{ tasks.extract.output.rowCount }} rows" } }
  alarm:
    needs: [extract]
    when: failed
    steps:
      - { id: why, plugin: transform, with: { value: "{{ error.code & ': ' & error.message }}" } }
`,
  'tasks.<task>.forEach': `inputs:
  cities: { type: array, items: { type: string }, default: [Brest, Porto] }
tasks:
  weather:
    forEach: { in: "{{ inputs.cities }}", as: city, concurrency: 8 }
    steps:
      - id: ask
        plugin: http
        with: { url: "https://weather.example.com/{{ $encodeUrlComponent(city) }}", expect: json }
      - id: line
        plugin: transform
        with: { value: "{{ loop.index + 1 }} of {{ loop.count }}: {{ steps.ask.output.body.summary }}" }
`,
  'tasks.<task>.steps[]': `tasks:
  clean:
    steps:
      - id: try
        plugin: bash
        timeout: 1m
        onError: continue
        with: { script: "echo '{\\"removed\\": 3}'" }
      - id: tell
        plugin: transform
        with: { value: "{{ steps.try.state = 'completed' ? steps.try.output.removed : steps.try.error.code }}" }
`,
  'tasks.<task>.steps[].retry': `tasks:
  fetch:
    steps:
      - id: get
        plugin: http
        with: { url: "https://api.example.com/stations" }
        retry:
          attempts: 6
          delay: 500ms
          backoff: exponential
          delayMax: 20s
          jitter: full
          when: "{{ error.retryable or error.details.status = 404 }}"
`,
  'tasks.<task>.steps[].repeat': `tasks:
  wait:
    steps:
      - id: ready
        plugin: http
        with: { url: "https://api.example.com/exports/7", expect: json }
        repeat: { until: "{{ output.body.state = 'done' }}", delay: 10s, timesMax: 90 }
`,
  'tasks.<task>.steps[].paginate': `tasks:
  fetch:
    steps:
      - id: all
        plugin: http
        with: { url: "https://api.example.com/orders", query: { limit: 500 }, expect: json }
        paginate:
          next: "{{ output.body.next }}"
          into: query.cursor
          pagesMax: 200
          collect: "{{ output.body.orders }}"
`,
}

export const playbookExamples: { readonly whole: string; readonly parts: Readonly<Record<string, string>> } = {
  whole,
  parts,
}
