package dev.latentstream.ingest.fetch;

/**
 * How much of a body is read.
 *
 * @param bytes at most
 * @param cuts whether a longer one ends there, instead of being refused
 */
record BodyBound(int bytes, boolean cuts) {
    static BodyBound refusing(int bytes) {
        return new BodyBound(bytes, /* cuts */ false);
    }

    static BodyBound cutting(int bytes) {
        return new BodyBound(bytes, /* cuts */ true);
    }
}
