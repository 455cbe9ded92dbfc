package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.FailureWords;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of a reader, none of which may be recreated while it reads. Their ids are asked for whenever its consumer may have learned of
 * others. Not thread-safe.
 */
final class FixedTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FixedTopics.class);

    private final TopicDirectory directory;
    private final LongSupplier metadataUpdates;
    private final Map<String, String> ids = new HashMap<>(); // by name
    private long updatesSeen = -1;

    /**
     * @param directory is closed with these topics
     * @param metadataUpdates number of times that the consumer has learned of topics
     */
    FixedTopics(TopicDirectory directory, LongSupplier metadataUpdates) {
        this.directory = directory;
        this.metadataUpdates = metadataUpdates;
    }

    /**
     * Returns whether all topics are known to be those that they were.
     *
     * @param names topics that are read, also for the first time
     * @throws LostRecordsException if one of them is another
     */
    boolean areTheSame(Collection<String> names) {
        long updates = metadataUpdates.getAsLong();
        if (updates == updatesSeen && ids.keySet().containsAll(names)) {
            return true;
        }
        Set<String> all = new TreeSet<>(ids.keySet());
        all.addAll(names);
        try {
            Map<String, LatentTopic> found = directory.topics();
            for (String name : all) {
                LatentTopic topic = found.get(name);
                if (topic != null) { // else its records are the last ones
                    requireSame(name, topic.id());
                }
            }
            updatesSeen = updates;
            return true;
        } catch (RetriableException unreachable) {
            LOG.atWarn().log("topics cannot be listed at present: {}", FailureWords.describe(unreachable));
            return false;
        }
    }

    private void requireSame(String name, String id) {
        String first = ids.putIfAbsent(name, id);
        if (first != null && !first.equals(id)) {
            throw new LostRecordsException(
                    "the log no longer has latents: %s was recreated while it was read, with the id %s instead of %s"
                            .formatted(name, id, first));
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
