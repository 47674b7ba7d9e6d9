// The schema of the console's screens. `@action` names what the caller must be allowed to do; a test fails without one.

export const schema = /* GraphQL */ `
  directive @action(name: String!) on FIELD_DEFINITION

  "Milliseconds since 1970, UTC."
  scalar Time
  scalar JSON

  type Query {
    me: Me! @action(name: "self.read")
    platform: Platform! @action(name: "platform.read")
    plugins: [Plugin!]! @action(name: "plugin.read")
    "Documentation, schema and examples of one plugin."
    plugin(name: String!): Plugin @action(name: "plugin.read")

    playbooks(environment: String! = "dev", first: Int! = 100, after: String): PlaybookConnection!
      @action(name: "playbook.read")
    playbook(environment: String! = "dev", name: String!, version: Int): Playbook @action(name: "playbook.read")
    "Checks a text without publishing it."
    validate(environment: String! = "dev", text: String!): Validation! @action(name: "playbook.read")

    runs(environment: String! = "dev", filter: RunFilter, first: Int! = 100, after: String): RunConnection!
      @action(name: "run.read")
    run(environment: String! = "dev", id: ID!): Run @action(name: "run.read")
    "How many runs are in each state, for filter chips."
    runCounts(environment: String! = "dev", playbook: String): [RunCount!]! @action(name: "run.read")

    datasets(environment: String! = "dev"): [Dataset!]! @action(name: "dataset.read")
    "Databases, tables and columns that a query may read."
    tables(environment: String! = "dev"): [Table!]! @action(name: "query.read")
    query(environment: String! = "dev", sql: String!, parameters: JSON, rowsMax: Int! = 100000): QueryResult!
      @action(name: "query.read")
  }

  type Mutation {
    publish(environment: String! = "dev", text: String!): Playbook! @action(name: "playbook.publish")
    startRun(environment: String! = "dev", playbook: String!, version: Int, inputs: JSON, key: String): Run!
      @action(name: "run.start")
    cancelRun(environment: String! = "dev", id: ID!, reason: String): Run! @action(name: "run.cancel")
    pauseRun(environment: String! = "dev", id: ID!): Run! @action(name: "run.pause")
    resumeRun(environment: String! = "dev", id: ID!): Run! @action(name: "run.pause")
    rerun(environment: String! = "dev", id: ID!, inputs: JSON): Run! @action(name: "run.start")
  }

  type Subscription {
    "Runs of the environment that changed, each as it is now; at most 10 messages a second, of at most 500 runs."
    runsChanged(environment: String! = "dev"): [Run!]! @action(name: "run.read")
    """
    One run: its tasks, and the steps that changed since the last message. The first message comes at once, without
    steps and with \`more\`: what was before it is loaded by a query, and nothing falls between the two.
    """
    runChanged(environment: String! = "dev", id: ID!): RunChange! @action(name: "run.read")
    """
    Log lines of one run as they are written, from now on. Ids are those of \`Run.logs\`, so that a line that comes both
    ways is told apart. A reader that is too slow is told how many lines were left out.
    """
    runLogs(environment: String! = "dev", id: ID!): [LogLine!]! @action(name: "run.read")
  }

  type Me {
    name: String!
    "True on loopback without a token."
    open: Boolean!
    actions: [String!]!
    environments: [String!]!
  }

  type Platform {
    version: String!
    startedAt: Time!
    roles: [String!]!
    stores: [Memory!]!
    warnings: [String!]!
  }

  type Memory {
    "store, journal, olap or blob"
    kind: String!
    adapter: String!
    "Without credentials."
    address: String!
    healthy: Boolean!
    detail: String
  }

  type Plugin {
    name: String!
    version: String!
    summary: String!
    "Markdown."
    about: String!
    side: String!
    effect: String!
    input: JSON!
    output: JSON!
    secrets: [String!]!
    literal: [String!]!
    examples: [PluginExample!]!
  }

  type PluginExample {
    title: String!
    yaml: String!
  }

  type PlaybookConnection {
    items: [Playbook!]!
    next: String
  }

  type Playbook {
    name: String!
    version: Int!
    description: String!
    labels: JSON!
    text: String!
    publishedAt: Time!
    publishedBy: String!
    "JSON Schema of the inputs as one object; the run form is made from it."
    inputs: JSON!
    webhooks: [String!]!
    versions(first: Int! = 100, after: String): PlaybookConnection! @action(name: "playbook.read")
    "Newest first."
    runs(first: Int! = 20): [Run!]! @action(name: "run.read")
  }

  type Validation {
    complaints: [Complaint!]!
    outline: Outline!
    inputs: JSON
  }

  type Complaint {
    code: String!
    message: String!
    hint: String
    pointer: String
    line: Int
    column: Int
    endLine: Int
    endColumn: Int
    expected: String
    found: String
  }

  type Outline {
    name: String
    tasks: [OutlineTask!]!
  }

  type OutlineTask {
    name: String!
    line: Int!
    needs: [String!]!
    when: String!
    forEach: Boolean!
    steps: [OutlineStep!]!
  }

  type OutlineStep {
    id: String!
    plugin: String!
    line: Int!
  }

  input RunFilter {
    playbook: String
    states: [String!]
    search: String
    createdAfter: Time
    createdBefore: Time
  }

  type RunConnection {
    items: [Run!]!
    next: String
  }

  type RunCount {
    state: String!
    count: Int!
  }

  type Counts {
    total: Int!
    completed: Int!
    failed: Int!
    running: Int!
  }

  type Run {
    id: ID!
    environment: String!
    playbook: String!
    version: Int!
    "queued, running, paused, completed, failed or cancelled"
    state: String!
    trigger: String!
    startedBy: String!
    createdAt: Time!
    endedAt: Time
    steps: Counts!
    error: RunError
    traceId: String!
    "The rest is loaded only when asked for."
    inputs: JSON @action(name: "run.read")
    outputs: JSON @action(name: "run.read")
    tasks: [RunTask!] @action(name: "run.read")
    stepList(task: String, states: [String!], first: Int! = 500, after: String): RunStepConnection!
      @action(name: "run.read")
    step(task: String!, item: Int! = -1, step: String!): RunStepDetail @action(name: "run.read")
    logs(filter: LogFilter, first: Int! = 500, after: String): LogConnection! @action(name: "run.read")
    "The text of the version it runs, for showing the line an error comes from."
    text: String! @action(name: "playbook.read")
  }

  type RunError {
    code: String!
    message: String!
    retryable: Boolean!
    details: JSON
    task: String
    step: String
    item: Int
  }

  type RunTask {
    name: String!
    "pending, running, completed, failed, skipped or cancelled"
    state: String!
    needs: [String!]!
    "Which outcome of its needs it wants: completed, failed or always."
    when: String!
    startedAt: Time
    endedAt: Time
    "Null outside forEach."
    items: Counts
    steps: [TaskStep!]!
    error: RunError
  }

  type TaskStep {
    id: String!
    plugin: String!
  }

  type RunStepConnection {
    items: [RunStep!]!
    next: String
  }

  type RunStep {
    task: String!
    "-1 outside forEach"
    item: Int!
    step: String!
    plugin: String!
    "scheduled, running, waiting, completed, failed, skipped or cancelled"
    state: String!
    round: Int!
    attempt: Int!
    startedAt: Time
    endedAt: Time
    worker: String
    error: RunError
    spanId: String!
  }

  type RunStepDetail {
    task: String!
    item: Int!
    step: String!
    plugin: String!
    state: String!
    round: Int!
    attempt: Int!
    startedAt: Time
    endedAt: Time
    worker: String
    error: RunError
    spanId: String!
    input: JSON
    output: JSON
    truncated: Boolean!
    attempts: [Attempt!]!
  }

  type Attempt {
    round: Int!
    attempt: Int!
    fence: Int!
    startedAt: Time
    endedAt: Time
    worker: String
    error: RunError
  }

  type RunChange {
    run: Run!
    steps: [RunStep!]!
    "More steps changed than one message carries: load them again."
    more: Boolean!
  }

  input LogFilter {
    search: String
    task: String
    step: String
    item: Int
    "debug, info, warn or error"
    severityMin: String
  }

  type LogConnection {
    items: [LogLine!]!
    next: String
  }

  type LogLine {
    "Sorts lines and tells two apart."
    id: ID!
    at: Time!
    severity: String!
    text: String!
    task: String
    step: String
    item: Int
    attempt: Int
    attributes: JSON
  }

  type Dataset {
    name: String!
    table: String!
    rows: Float!
    bytes: Float!
    columns: [Column!]!
    updatedAt: Time
  }

  type Table {
    database: String!
    name: String!
    rows: Float
    columns: [Column!]!
  }

  type Column {
    name: String!
    type: String!
  }

  type QueryResult {
    columns: [Column!]!
    "Row-major."
    rows: JSON!
    truncated: Boolean!
    elapsedMs: Float!
    rowsRead: Float!
    bytesRead: Float!
  }
`
