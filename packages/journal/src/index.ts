export type {
  Acknowledger,
  ConsumeOptions,
  Consumer,
  Delivery,
  Journal,
  JournalRecord,
  StoredRecord,
  StreamSpec,
  StreamStatus,
} from './contract.ts'
export { journalErrors } from './errors.ts'
