package dev.latentstream.encoder;

import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicKeeper;
import dev.latentstream.runtime.streams.StreamsStage;
import java.util.Optional;

/** The join, with the topics that it writes to. */
record JoinStage(StreamsStage join, TopicKeeper topics) implements Stage {
    @Override
    public String name() {
        return join.name();
    }

    @Override
    public void start() {
        topics.start();
        join.start();
    }

    @Override
    public void close() {
        join.close();
        topics.close();
    }

    @Override
    public Optional<Throwable> failure() {
        return join.failure();
    }
}
