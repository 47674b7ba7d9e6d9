// All pages of the reference.

import { descriptions } from '@millrace/app'
import { playbookSchema } from '@millrace/playbook'
import { apiPage } from './api-page.ts'
import { commandLinePage } from './command-line-page.ts'
import { configurationPage } from './configuration-page.ts'
import { errorsPage } from './errors-page.ts'
import { messageSchemaFiles, messagesPage } from './messages-page.ts'
import { metricsPage } from './metrics-page.ts'
import type { Page } from './page.ts'
import { playbookPage } from './playbook-page.ts'
import { pluginsPage } from './plugins-page.ts'
import type { ServerAnswers } from './server-answers.ts'

export function pagesOf({ openApi, metrics }: ServerAnswers): readonly Page[] {
  return [
    apiPage(openApi),
    commandLinePage(),
    configurationPage(),
    errorsPage(),
    messagesPage(),
    ...messageSchemaFiles(),
    metricsPage(metrics),
    playbookPage(),
    playbookSchemaFile(),
    pluginsPage(),
  ]
}

/** For editors that check and complete YAML by a JSON Schema. */
function playbookSchemaFile(): Page {
  const schema = playbookSchema(new Map(descriptions.map((plugin) => [plugin.name, plugin])))
  return { path: 'docs/reference/generated/playbook.schema.json', text: `${JSON.stringify(schema, undefined, 2)}\n` }
}
