package dev.latentstream.registry;

/**
 * A schema under a subject.
 *
 * @param number counts the subject's schemas from 1; a hidden one keeps its number
 * @param id of the schema, the same under every subject
 * @param schema as Avro prints it
 * @param deleted whether it is hidden from those who do not ask for deleted ones; payloads that name its id stay readable
 */
record Version(String subject, int number, int id, String schema, boolean deleted) {
    Version {
        if (number < 1 || id < 1) {
            throw new IllegalArgumentException("version %d, id %d: both must be at least 1".formatted(number, id));
        }
    }
}
