package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RunLedger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Compares the latents that a recorded run took with the log, before another run replays it. */
public final class ReplayCheck {
    private final String run;
    private final Map<String, String> ids = new HashMap<>(); // of the topics that are read, by name
    private final Map<Place, Taken> taken = new HashMap<>();

    /** A partition of a topic; one that is recreated is another. */
    private record Place(String id, TopicPartition partition) {}

    /** The least and the greatest offset that a run took, with the steps at which it did. */
    private record Taken(long start, long startStep, long end, long endStep) {
        Taken and(Taken other) {
            Taken first = other.start < start ? other : this;
            Taken last = other.end > end ? other : this;
            return new Taken(first.start, first.startStep, last.end, last.endStep);
        }
    }

    private record Fault(long step, String what) {}

    /** @param from state from which the run is replayed */
    ReplayCheck(String run, FeedSnapshot from) {
        this.run = run;
        from.sources().forEach(source -> ids.put(source.topic(), source.topicId()));
    }

    /**
     * Compares a run with a cluster.
     *
     * @throws LostRecordsException if the log no longer has what the steps after the state took; it names the first of them
     */
    public static void check(KafkaConnection connection, RunLedger ledger, FeedSnapshot from) {
        ReplayCheck check = new ReplayCheck(ledger.run(), from);
        ledger.rewind(from.step() + 1);
        for (Optional<LedgerStep> step = ledger.next(); step.isPresent(); step = ledger.next()) {
            check.add(step.get());
        }
        try (Consumer<?, ?> consumer =
                        connection.reader(connection.topics().latents("any"), connection.groupId("replay-check"));
                TopicDirectory directory = TopicDirectory.of(connection.admin(), connection.topics())) {
            check.check(consumer, directory.topics());
        }
    }

    /**
     * Compares a dataset with a cluster: its topics and ranges, not the bytes of its records.
     *
     * @throws LostRecordsException if the log no longer has all of it
     */
    public static void check(KafkaConnection connection, String name, Dataset dataset) {
        try (Consumer<?, ?> consumer =
                        connection.reader(connection.topics().latents("any"), connection.groupId("dataset-check"));
                TopicDirectory directory = TopicDirectory.of(connection.admin(), connection.topics())) {
            check(consumer, directory.topics(), name, dataset);
        }
    }

    static void check(Consumer<?, ?> consumer, Map<String, LatentTopic> topics, String name, Dataset dataset) {
        List<String> faults = new ArrayList<>();
        for (DatasetSource source : dataset.getSources()) {
            LatentTopic found = topics.get(source.getTopic());
            if (found == null || !found.id().equals(source.getTopicId())) {
                faults.add("%s with the id %s is gone".formatted(source.getTopic(), source.getTopicId()));
                continue;
            }
            for (DatasetPartition partition : source.getPartitions()) {
                TopicPartition at = new TopicPartition(source.getTopic(), partition.getPartition());
                long first = consumer.beginningOffsets(List.of(at)).getOrDefault(at, 0L);
                if (partition.getStart() < partition.getEnd() && partition.getStart() < first) {
                    faults.add("%s no longer has the offsets %d to %d; it begins at %d"
                            .formatted(at, partition.getStart(), Math.min(first, partition.getEnd()) - 1, first));
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new LostRecordsException(
                    "the dataset %s is no longer whole: %s".formatted(name, String.join("; ", faults)));
        }
    }

    /** Adds what a step took. */
    void add(LedgerStep step) {
        step.getOpened().forEach(source -> ids.put(source.getTopic(), source.getTopicId()));
        for (LedgerTake take : step.getTaken()) {
            String topic = step.getTopics().get(take.getTopic());
            Place place = new Place(ids.getOrDefault(topic, ""), new TopicPartition(topic, take.getPartition()));
            taken.merge(place, new Taken(take.getStart(), step.getStep(), take.getEnd(), step.getStep()), Taken::and);
        }
    }

    /** Throws if anything of it is gone. */
    void check(Consumer<?, ?> consumer, Map<String, LatentTopic> topics) {
        List<TopicPartition> existing = taken.keySet().stream()
                .filter(place -> isThere(place, topics.get(place.partition().topic())))
                .map(Place::partition)
                .toList();
        Map<TopicPartition, Long> beginning = consumer.beginningOffsets(existing);
        Map<TopicPartition, Long> end = consumer.endOffsets(existing);
        taken.entrySet().stream()
                .flatMap(e -> existing.contains(e.getKey().partition())
                                && isThere(
                                        e.getKey(),
                                        topics.get(e.getKey().partition().topic()))
                        ? lost(
                                e.getKey().partition(),
                                e.getValue(),
                                beginning.getOrDefault(e.getKey().partition(), 0L),
                                end.getOrDefault(e.getKey().partition(), 0L))
                        : Stream.of(gone(
                                e.getKey(),
                                e.getValue(),
                                topics.get(e.getKey().partition().topic()))))
                .min(Comparator.comparingLong(Fault::step).thenComparing(Fault::what))
                .ifPresent(fault -> {
                    throw new LostRecordsException(
                            "the run %s cannot be replayed: its step %d %s".formatted(run, fault.step(), fault.what()));
                });
    }

    private static boolean isThere(Place place, @Nullable LatentTopic found) {
        return found != null
                && found.id().equals(place.id())
                && place.partition().partition() < found.partitions();
    }

    private static Stream<Fault> lost(TopicPartition partition, Taken taken, long beginning, long end) {
        if (taken.start() < beginning) {
            return Stream.of(new Fault(
                    taken.startStep(),
                    "took %s from offset %d on, of which the log no longer has the offsets %d to %d; it begins at %d"
                            .formatted(partition, taken.start(), taken.start(), beginning - 1, beginning)));
        }
        if (taken.end() > end) {
            return Stream.of(new Fault(
                    taken.endStep(),
                    "took %s up to offset %d; it ends at %d".formatted(partition, taken.end() - 1, end)));
        }
        return Stream.of();
    }

    private static Fault gone(Place place, Taken taken, @Nullable LatentTopic found) {
        String what = "took %s from offset %d on".formatted(place.partition(), taken.start());
        if (found == null) {
            return new Fault(taken.startStep(), what + "; that topic is gone");
        }
        return new Fault(
                taken.startStep(),
                "%s, of the topic with the id %s; the topic was recreated, it has the id %s and %d partitions"
                        .formatted(what, place.id(), found.id(), found.partitions()));
    }
}
