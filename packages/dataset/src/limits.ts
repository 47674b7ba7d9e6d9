// Every bound of this room, with its reason.

/** Columns of a dataset: ClickHouse keeps files per column and part, and a wider table is a map in disguise. */
export const columnsMax = 1_000

/** Typed paths inside one nested column. Others are kept too, untyped. */
export const typedPathsMax = 200

/** How deep a nested object is looked into for typed paths. */
export const nestingMax = 16

/** Characters of a field's name. */
export const fieldNameCharactersMax = 128

/** Characters of a dataset's name: with a database's it stays well under file-name limits. */
export const datasetNameCharactersMax = 63

/** JSON characters of one event. A larger thing is a document: it belongs in blob, with a reference in the event. */
export const eventCharactersMax = 1024 * 1024

/** Characters of an event that its reject keeps. */
export const rejectCharactersMax = 64 * 1024
