package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.kafka.DeadLetters;

/** Which topics hold latents, and of which source. */
public record LatentTopics(String prefix) {
    private static final String DEAD_LETTERS = DeadLetters.topic("");

    boolean isLatents(String topic) {
        return topic.startsWith(prefix) && topic.length() > prefix.length() && !topic.endsWith(DEAD_LETTERS);
    }

    String source(String topic) {
        return topic.substring(prefix.length());
    }

    String topic(String source) {
        return prefix + source;
    }
}
