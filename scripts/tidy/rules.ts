// All rules, by the sentence that each one holds.

import { declaredImports, exportsHaveSources, manifestsWithinTable, projectReferences } from './manifests.ts'
import { browserRooms, pureRooms, sqlWithoutClock } from './purity.ts'
import { adaptersInApp, contractsWithoutDrivers, importTable, noCycles, nodeInFewRooms } from './rooms.ts'
import type { Rule } from './tree.ts'
import { exceptionsHaveReasons, filesStayShort, namesSaySomething, noForbiddenWords } from './words.ts'

export const rules: Readonly<Record<string, Rule>> = {
  'rooms import only what the table allows': importTable,
  'only app names an adapter': adaptersInApp,
  'only adapters, worker and app touch the machine through stdx/node': nodeInFewRooms,
  'the contract of a memory loads no driver': contractsWithoutDrivers,
  'nothing imports itself by a detour': noCycles,
  'every imported package is declared': declaredImports,
  'manifests stay within the import table': manifestsWithinTable,
  'every door of a package leads to its source': exportsHaveSources,
  'the compiler knows which package needs which': projectReferences,
  'floors 0 to 2 load nothing that a browser lacks': browserRooms,
  'floor 2 has no clock, no chance and no outside': pureRooms,
  'SQL reads no clock and rolls no die': sqlWithoutClock,
  'files and folders are called after what they hold': namesSaySomething,
  'no file is too long to read': filesStayShort,
  'no file holds a forbidden word': noForbiddenWords,
  'a rule is switched off for one line, with a reason': exceptionsHaveReasons,
}
