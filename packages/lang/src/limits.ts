// Every bound of this room, with its reason. Texts and expressions come from people and from the network.

/** A playbook of 1,000 tasks is about 200 KiB; code and data belong in files of their own. */
export const yamlBytesMax = 1024 * 1024

/** Deeper than any document people write, shallow enough that no reader recursing over it runs out of stack. */
export const yamlDepthMax = 64

/**
 * Values a document may hold once its aliases are written out, which stops an alias bomb; and marks that can begin a value,
 * counted before parsing, which takes about 15 microseconds for each.
 */
export const yamlValuesMax = 100_000

/** Complaints of one text or value: after that many, the reader mends the first and asks again. */
export const complaintsMax = 100

/** Nesting of brackets in one expression; the parser recurses. */
export const expressionDepthMax = 200

/** Longer expressions belong in a step. */
export const expressionCharsMax = 20_000

/** Wall time of one evaluation when the caller does not say. */
export const evaluateMsMax = 1_000

/** Calls of calls: endless recursion ends here or at the time limit, whichever comes first, at about 2 KiB a level. */
export const evaluateStackMax = 50_000

/** Items a sequence may hold while an expression works: 100,000 items in one run must fit with room to spare. */
export const sequenceItemsMax = 1_000_000

/** Characters of any text an expression makes: `$a & $a` in a loop doubles, and `$length` copies. */
export const textCharsMax = 16 * 1024 * 1024

/** Values in what an expression makes, counted as if written out: shared parts multiply when they are printed. */
export const valuesMax = 2_000_000

/** Items and characters that one evaluation makes on its way, all together: what it may keep in variables. */
export const madeMax = 32_000_000

/** A date is shorter, and its picture too; the built-in parser tries every way to cut the one by the other. */
export const dateCharsMax = 100
export const datePartsMax = 12

/** Nesting of a value that an expression yields. */
export const valueDepthMax = 200

/** `$pad` fills a column of a report, not a disk. */
export const padCharsMax = 100_000

/** Patterns in one expression; each takes up to some milliseconds to compile. */
export const expressionPatternsMax = 50

/** What a pattern costs of a budget, in expressions: those take a tenth of a millisecond to parse. */
export const patternBudgetCost = 20

/** Compiled expressions kept, by text: the playbooks being edited and run. */
export const expressionsKept = 2_000

/** Compiled patterns kept, by text. */
export const patternsKept = 1_000

/** A pattern is compiled to a program whose size grows with it. */
export const patternCharsMax = 2_000

/** Instructions of a pattern's program: `(x{0,1000}){0,1000}` would be a million. */
export const patternProgramMax = 10_000

/** Instructions of a pattern times characters of a text: about two seconds in the worst case, milliseconds mostly. */
export const patternCostMax = 200_000_000

/** Values in a schema: compiling one costs time that grows with it. */
export const schemaValuesMax = 20_000
