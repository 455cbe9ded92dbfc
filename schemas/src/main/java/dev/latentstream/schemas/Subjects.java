package dev.latentstream.schemas;

/** Names a topic's subjects in the registry as Confluent's TopicNameStrategy does. */
final class Subjects {
    static final String VALUE = "-value";
    private static final String KEY = "-key";

    private Subjects() {}

    /** What follows the topic's name. */
    static String suffix(boolean isKey) {
        return isKey ? KEY : VALUE;
    }
}
