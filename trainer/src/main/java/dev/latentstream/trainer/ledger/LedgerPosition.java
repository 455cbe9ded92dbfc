package dev.latentstream.trainer.ledger;

/**
 * A position in a run's ledger.
 *
 * @param topicId Kafka's id of the ledger's topic; empty if unknown
 * @param partition partition that all records of the run are in
 * @param next first offset after the last record that counts
 */
public record LedgerPosition(String topicId, int partition, long next) {
    /** Returns the position before the last record. */
    public LedgerPosition before() {
        return new LedgerPosition(topicId, partition, next - 1);
    }

    /** Returns the position after a record. */
    public LedgerPosition after(long offset) {
        return new LedgerPosition(topicId, partition, offset + 1);
    }
}
