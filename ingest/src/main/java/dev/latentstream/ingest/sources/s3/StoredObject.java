package dev.latentstream.ingest.sources.s3;

/**
 * One version of an object.
 *
 * @param entityTag the store's name of the version
 * @param size in bytes
 */
record StoredObject(S3Location location, String entityTag, long size) {
    String uri() {
        return location.uri();
    }

    String key() {
        return location.key();
    }

    /** Returns the part of the key after its last slash. */
    String name() {
        return key().substring(key().lastIndexOf('/') + 1);
    }

    String stamp() {
        return entityTag + " " + size;
    }
}
