package dev.latentstream.encoder;

import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Creates the topic of a source when its first image arrives. Used by the one thread of the encoding loop. */
final class ClusterLatentTopics implements LatentTopics {
    private final TopicSetup setup;
    private final Topics topics;
    private final Set<String> known = new HashSet<>();

    ClusterLatentTopics(TopicSetup setup, Topics topics) {
        this.setup = setup;
        this.topics = topics;
    }

    @Override
    public void ensure(String source) {
        if (!known.contains(source)) {
            setup.ensure(List.of(topics.latents(source)));
            known.add(source);
        }
    }
}
