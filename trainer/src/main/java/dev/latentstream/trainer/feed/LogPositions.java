package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.ledger.GroupOffsets.Topic;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The positions of a resumed run, compared with the log: whether it still has the topics of the run and every record that the run needs.
 * Topics that no weight and no recorded step needs are not looked at.
 */
final class LogPositions {
    private final FeedResume resume;
    private final Map<String, LatentTopic> topics; // that exist
    private final Map<String, Position> positions = new TreeMap<>();
    private final Map<TopicPartition, Long> taken =
            new HashMap<>(); // ends of what the recorded steps took of these topics
    private final Set<String> takenBefore = new TreeSet<>(); // and of those that were recreated meanwhile
    private long takenLost; // the number of these records
    private final Map<String, Recreated> recreated = new TreeMap<>(); // topics, by the recorded steps
    private final Map<String, Recreated> unrecorded; // topics, by steps that are not repeated
    private final Set<String> needed;

    /** The position in a topic. */
    private record Position(String id, List<Long> next) {}

    /**
     * A topic that was recreated while the run trained.
     *
     * @param now where the run opened the present one
     * @param lost records that recorded steps took of those before
     */
    private record Recreated(Position now, long lost) {}

    /**
     * The positions of a resumed run.
     *
     * @param recorded steps that can be repeated
     * @param known topics by name that are read on, with the next offset of each partition
     * @param moved topics of which unread records are skipped, with the next offsets after the recorded steps
     * @param left topics by name that no longer exist, or that are others now of which records are skipped
     * @param needed topics that are read at once
     * @param reached offsets of the known topics after the recorded steps
     */
    record Found(
            List<RecordedStep> recorded,
            Map<String, List<Long>> known,
            List<LedgerSource> moved,
            Map<String, List<Long>> left,
            Set<String> needed,
            Map<Topic, List<Long>> reached) {}

    /** @param weighted topics that samples are drawn from at present */
    LogPositions(FeedResume resume, Map<String, LatentTopic> topics, Collection<String> weighted) {
        this(resume, topics, weighted, Map.of());
    }

    private LogPositions(
            FeedResume resume,
            Map<String, LatentTopic> topics,
            Collection<String> weighted,
            Map<String, Recreated> unrecorded) {
        this.resume = resume;
        this.unrecorded = unrecorded;
        this.topics = topics;
        needed = new TreeSet<>(weighted);
        resume.snapshot()
                .sources()
                .forEach(source -> positions.put(
                        source.topic(),
                        new Position(source.topicId(), List.copyOf(source.next().values()))));
        unrecorded.forEach((topic, since) -> positions.put(topic, since.now()));
        resume.recorded().forEach(this::follow);
    }

    private void follow(RecordedStep recorded) {
        recorded.step().getOpened().forEach(this::open);
        for (LedgerTake take : recorded.step().getTaken()) {
            String topic = recorded.step().getTopics().get(take.getTopic());
            needed.add(topic);
            taken.merge(new TopicPartition(topic, take.getPartition()), take.getEnd(), Math::max);
        }
    }

    private void open(LedgerSource source) {
        String topic = source.getTopic();
        Position before = positions.get(topic);
        if (before != null && before.id().equals(source.getTopicId())) {
            positions.put(topic, new Position(before.id(), moved(before.next(), source)));
            return;
        }
        Position now = new Position(source.getTopicId(), List.copyOf(source.getNext()));
        positions.put(topic, now);
        if (before == null) {
            return;
        }
        long lost = forget(topic, before, "was recreated with the id " + now.id());
        recreated.merge(topic, new Recreated(now, lost), (first, next) -> new Recreated(now, first.lost() + lost));
    }

    /** Forgets what the recorded steps took of a topic which is no longer there; returns the number of these records. */
    private long forget(String topic, Position position, String reason) {
        long lost = 0;
        for (int i = 0; i < position.next().size(); i++) {
            Long end = taken.remove(new TopicPartition(topic, i));
            if (end != null) {
                lost += end - position.next().get(i);
                takenBefore.add("%s-%d up to offset %d of the topic with the id %s, which %s"
                        .formatted(topic, i, end - 1, position.id(), reason));
            }
        }
        takenLost += lost;
        return lost;
    }

    /** Returns the offsets that are read next in a topic that a step continued elsewhere: steps before it need what they took. */
    private List<Long> moved(List<Long> before, LedgerSource source) {
        return IntStream.range(0, source.getNext().size())
                .mapToObj(i -> taken.containsKey(new TopicPartition(source.getTopic(), i))
                        ? before.get(i)
                        : source.getNext().get(i))
                .toList();
    }

    /**
     * Compares the positions with the log.
     *
     * @throws LostRecordsException if a topic or unread records that the run needs are gone
     */
    Found check(Consumer<?, ?> consumer) {
        TreeMap<String, List<Long>> left = new TreeMap<>();
        TreeMap<String, List<Long>> known = new TreeMap<>();
        positions.forEach((topic, position) -> {
            LatentTopic found = topics.get(topic);
            String difference = found == null ? null : difference(found, position.id(), position.next());
            if (found != null && difference == null) {
                known.put(topic, position.next());
            } else if (found != null && needed.contains(topic)) {
                throw new LostRecordsException(difference + "; a new run reads what is there");
            } else {
                left.put(
                        topic,
                        position.next()); // a dry source; another topic of its name only where no sample is drawn
            }
        });
        left.forEach((topic, offsets) -> forget(topic, new Position(id(topic), offsets), "is gone"));
        if (!takenBefore.isEmpty()) {
            if (!resume.skipLost()) {
                throw new LostRecordsException(
                        "steps after the checkpoint took %s: %d records lost. train --skip-lost continues at the checkpoint, without these steps."
                                .formatted(String.join("; ", takenBefore), takenLost));
            }
            return withoutRecorded().check(consumer);
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        known.forEach((topic, offsets) -> {
            for (int i = 0; i < offsets.size() && needed.contains(topic); i++) {
                next.put(new TopicPartition(topic, i), offsets.get(i));
            }
        });
        Map<TopicPartition, Long> beginning = consumer.beginningOffsets(next.keySet());
        refuseShorter(next, consumer.endOffsets(next.keySet()));
        Map<TopicPartition, Long> lost = new HashMap<>(next);
        lost.entrySet().removeIf(e -> beginning.getOrDefault(e.getKey(), 0L) <= e.getValue());
        if (!lost.isEmpty() && !resume.skipLost()) {
            throw lost(lost, beginning);
        }
        if (lost.keySet().stream().anyMatch(taken::containsKey)) {
            return withoutRecorded().check(consumer);
        }
        List<LedgerSource> moved = move(lost, beginning, known);
        unrecorded.keySet().forEach(topic -> left.putIfAbsent(topic, List.of()));
        return new Found(resume.recorded(), known, moved, left, needed, reached(known));
    }

    /** Returns the offsets of topics after the recorded steps. */
    private Map<Topic, List<Long>> reached(Map<String, List<Long>> known) {
        Map<Topic, List<Long>> reached = new HashMap<>();
        known.forEach((topic, offsets) -> reached.put(new Topic(topic, id(topic)), reached(topic, offsets)));
        return reached;
    }

    private List<Long> reached(String topic, List<Long> offsets) {
        return IntStream.range(0, offsets.size())
                .mapToObj(i -> taken.getOrDefault(new TopicPartition(topic, i), offsets.get(i)))
                .toList();
    }

    /** Moves the positions after the lost records; returns the topics of these, as they are read on after the recorded steps. */
    private List<LedgerSource> move(
            Map<TopicPartition, Long> lost, Map<TopicPartition, Long> beginning, Map<String, List<Long>> known) {
        TreeMap<String, Long> counts = new TreeMap<>();
        unrecorded.forEach((topic, since) -> counts.put(topic, since.lost()));
        counts.keySet().retainAll(known.keySet());
        lost.forEach((partition, offset) -> {
            long first = beginning.getOrDefault(partition, 0L);
            List<Long> next = new ArrayList<>(known.getOrDefault(partition.topic(), List.of()));
            next.set(partition.partition(), first);
            known.put(partition.topic(), List.copyOf(next));
            counts.merge(partition.topic(), first - offset, Long::sum);
        });
        return counts.entrySet().stream()
                .map(e -> new LedgerSource(
                        e.getKey(),
                        id(e.getKey()),
                        new ArrayList<>(reached(e.getKey(), known.getOrDefault(e.getKey(), List.of()))),
                        e.getValue()))
                .toList();
    }

    private String id(String topic) {
        Position position = positions.get(topic);
        return position == null ? "" : position.id();
    }

    /** Returns how a topic differs from the one that a run reads; null if it does not. */
    static @Nullable String difference(LatentTopic found, String id, List<Long> next) {
        if (!found.id().equals(id)) {
            return "%s was recreated: it has the id %s, the run reads %s, next %s"
                    .formatted(found.name(), found.id(), id, places(found.name(), next));
        }
        if (found.partitions() != next.size()) {
            return "%s has %d partitions, the run reads %d, next %s"
                    .formatted(found.name(), found.partitions(), next.size(), places(found.name(), next));
        }
        return null;
    }

    private static String places(String topic, List<Long> next) {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < next.size(); i++) {
            places.add("%s-%d at offset %d".formatted(topic, i, next.get(i)));
        }
        return String.join(", ", places);
    }

    /** Returns the positions of the run as it is live from its checkpoint. */
    private LogPositions withoutRecorded() {
        return new LogPositions(resume.withoutRecorded(), topics, needed, recreated);
    }

    private void refuseShorter(Map<TopicPartition, Long> next, Map<TopicPartition, Long> end) {
        Map<TopicPartition, Long> reached = new HashMap<>(next);
        taken.forEach((partition, offset) -> reached.merge(partition, offset, Math::max));
        TreeMap<String, String> faults = new TreeMap<>();
        reached.forEach((partition, offset) -> {
            long last = end.getOrDefault(partition, 0L);
            if (offset > last) {
                faults.put(
                        partition.toString(),
                        "%s: it ends at %d, before the run's offset %d".formatted(partition, last, offset));
            }
        });
        if (!faults.isEmpty()) {
            throw new LostRecordsException("the log no longer has records of this run: "
                    + String.join("; ", faults.values()) + ". A new run reads what is there.");
        }
    }

    /** Returns an exception with the unread offsets of each partition that retention has overtaken. */
    static LostRecordsException lost(Map<TopicPartition, Long> next, Map<TopicPartition, Long> beginning) {
        TreeMap<String, String> faults = new TreeMap<>();
        long count = 0;
        for (Map.Entry<TopicPartition, Long> e : next.entrySet()) {
            long first = beginning.getOrDefault(e.getKey(), 0L);
            count += first - e.getValue();
            faults.put(
                    e.getKey().toString(),
                    "%s: %d records lost, offsets %d to %d; it begins at %d"
                            .formatted(e.getKey(), first - e.getValue(), e.getValue(), first - 1, first));
        }
        return new LostRecordsException(
                "the log no longer has %d records that this run has not read: %s. train --skip-lost continues after them."
                        .formatted(count, String.join("; ", faults.values())));
    }
}
