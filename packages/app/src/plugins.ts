// The plugins of this version. A new one is a folder in `plugins/` and a line here.

import type { Plugin, PluginDescription } from '@millrace/plugin'
import { plugin as bash } from '@millrace/plugin-bash'
import { plugin as blob } from '@millrace/plugin-blob'
import { plugin as datasetWrite } from '@millrace/plugin-dataset-write'
import { plugin as http } from '@millrace/plugin-http'
import { plugin as node } from '@millrace/plugin-node'
import { plugin as python } from '@millrace/plugin-python'
import { plugin as sql } from '@millrace/plugin-sql'
import { plugin as transform } from '@millrace/plugin-transform'
import { plugin as wait } from '@millrace/plugin-wait'

export const workerPlugins: readonly Plugin<never>[] = [
  http,
  sql,
  python,
  node,
  bash,
  blob,
  datasetWrite,
] as readonly Plugin<never>[]

export const descriptions: readonly PluginDescription[] = [...workerPlugins, transform, wait].map(
  (it) => it.description,
)
