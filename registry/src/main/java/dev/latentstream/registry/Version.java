package dev.latentstream.registry;

/**
 * A schema under a subject.
 *
 * @param number position among the subject's schemas, from 1; a deleted one keeps its number
 * @param id of the schema, the same under every subject
 * @param schema in Avro's JSON
 * @param deleted whether it is soft-deleted: hidden unless requested, but its id still resolves
 */
record Version(String subject, int number, int id, String schema, boolean deleted) {
    Version {
        if (number < 1 || id < 1) {
            throw new IllegalArgumentException("version %d, id %d: both must be at least 1".formatted(number, id));
        }
    }
}
