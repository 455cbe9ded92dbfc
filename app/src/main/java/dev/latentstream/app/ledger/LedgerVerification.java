package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares a ledger with itself and with the log: its steps follow one another, the records that it took follow on each other in their
 * partitions, a sample is drawn after its record was taken, and the log has at its place the image, the caption and the encoder of the run.
 *
 * <p>Steps are given in order. The memory does not depend on their number. Not thread-safe.
 */
final class LedgerVerification {
    /** More records than these between two takes were refused in a row, which stops a trainer: their offsets are not looked up. */
    private static final long LONGEST_GAP = 5000;

    private final StoredLatents latents;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<TopicPartition, Long> ends =
            new HashMap<>(); // of what was taken of a topic before it was recreated
    private final Map<String, String> idsBefore = new HashMap<>(); // of these topics
    private final Map<String, Long> unchecked = new TreeMap<>();
    private String encoder = "";
    private long lastStep;
    private long steps;
    private long checked;

    LedgerVerification(StoredLatents latents) {
        this.latents = latents;
    }

    /**
     * A sample and what it must be, as of its step.
     *
     * @param mayBeOlder whether it may have been taken from the topic before that was recreated with this id
     */
    private record Expected(
            LedgerStep step, int index, Place place, String encoder, String topicId, boolean mayBeOlder) {
        LedgerSample sample() {
            return step.getSamples().get(index);
        }
    }

    /** A record between two takes, as of its step. */
    private record Untaken(LedgerStep step, Place place, String encoder, String topicId) {}

    /** Returns the first mismatch among the next steps; empty if there is none. */
    Optional<String> check(List<LedgerStep> chunk) {
        TreeMap<Long, String> mismatches = new TreeMap<>();
        List<Expected> samples = new ArrayList<>();
        List<Untaken> untaken = new ArrayList<>();
        for (LedgerStep step : chunk) {
            follow(step, samples, untaken).ifPresent(text -> mismatches.putIfAbsent(step.getStep(), text));
        }
        Set<Place> places = new TreeSet<>();
        samples.stream().filter(sample -> gone(sample).isEmpty()).forEach(sample -> places.add(sample.place));
        untaken.removeIf(between -> isOther(between.place, between.topicId));
        untaken.forEach(between -> places.add(between.place));
        Map<Place, StoredLatent> found = latents.read(places);
        for (Expected sample : samples) {
            mismatch(sample, found).ifPresent(text -> mismatches.putIfAbsent(sample.step.getStep(), text));
        }
        for (Untaken between : untaken) {
            StoredLatent latent = found.get(between.place);
            if (latent != null
                    && !latent.encoder().isEmpty()
                    && latent.encoder().equals(between.encoder)) {
                mismatches.putIfAbsent(
                        between.step.getStep(),
                        "%s was not taken, although it has a latent of the run's encoder".formatted(between.place));
            }
        }
        return Optional.ofNullable(mismatches.firstEntry())
                .map(first -> "step %d: %s".formatted(first.getKey(), first.getValue()));
    }

    long steps() {
        return steps;
    }

    /** Returns the number of samples that agree with the log. */
    long checked() {
        return checked;
    }

    /** Returns the number of samples that could not be compared, by reason. */
    Map<String, Long> unchecked() {
        return new TreeMap<>(unchecked);
    }

    /** Applies the events of a step, and collects what is to be looked up. */
    private Optional<String> follow(LedgerStep step, List<Expected> samples, List<Untaken> untaken) {
        Optional<String> mismatch = Optional.empty();
        if (lastStep != 0 && step.getStep() != lastStep + 1) {
            mismatch = Optional.of("the steps %d to %d are missing".formatted(lastStep + 1, step.getStep() - 1));
        }
        lastStep = step.getStep();
        steps++;
        step.getRun().ifPresent(facts -> encoder = facts.getEncoderId());
        step.getOpened().forEach(this::open);
        int take = 0;
        for (int index = 0; index < step.getSamples().size(); index++) {
            while (take < step.getTaken().size() && step.getTaken().get(take).getBefore() <= index) {
                Optional<String> overlap = take(step, step.getTaken().get(take++), untaken);
                mismatch = mismatch.isEmpty() ? overlap : mismatch;
            }
            Place place = StoredLatents.place(step, step.getSamples().get(index));
            long end = next.getOrDefault(place.partition(), Long.MAX_VALUE);
            boolean isUntaken = place.offset() >= end;
            boolean mayBeOlder = place.offset() < ends.getOrDefault(place.partition(), 0L);
            if (isUntaken && !mayBeOlder) {
                String text = "sample %d was drawn from %s before it was taken".formatted(index, place);
                mismatch = mismatch.or(() -> Optional.of(text));
            }
            Map<String, String> known = isUntaken && mayBeOlder ? idsBefore : ids;
            String id = known.getOrDefault(place.partition().topic(), "");
            samples.add(new Expected(step, index, place, encoder, id, mayBeOlder));
        }
        return mismatch;
    }

    /** Latents of a topic that was recreated stay in the shuffle buffers: a later sample may be of either one. */
    private void open(LedgerSource source) {
        String before = ids.put(source.getTopic(), source.getTopicId());
        if (before != null && !before.equals(source.getTopicId())) {
            idsBefore.put(source.getTopic(), before);
            next.forEach((partition, end) -> {
                if (partition.topic().equals(source.getTopic())) {
                    ends.merge(partition, end, Math::max);
                }
            });
            next.keySet().removeIf(partition -> partition.topic().equals(source.getTopic()));
        }
        for (int partition = 0; partition < source.getNext().size(); partition++) {
            next.put(
                    new TopicPartition(source.getTopic(), partition),
                    source.getNext().get(partition));
        }
    }

    /** Retention may have deleted the ledger's beginning, so the first take of a partition need not follow on anything. */
    private Optional<String> take(LedgerStep step, LedgerTake take, List<Untaken> untaken) {
        TopicPartition partition = new TopicPartition(step.getTopics().get(take.getTopic()), take.getPartition());
        long expected = next.getOrDefault(partition, take.getStart());
        next.put(partition, take.getEnd());
        if (take.getStart() < expected || take.getEnd() <= take.getStart()) {
            return Optional.of("the offsets %d to %d of %s were taken, which was taken up to %d before"
                    .formatted(take.getStart(), take.getEnd() - 1, partition, expected - 1));
        }
        for (long offset = expected; offset < Math.min(take.getStart(), expected + LONGEST_GAP); offset++) {
            untaken.add(
                    new Untaken(step, new Place(partition, offset), encoder, ids.getOrDefault(partition.topic(), "")));
        }
        return Optional.empty();
    }

    private Optional<String> mismatch(Expected expected, Map<Place, StoredLatent> found) {
        LedgerSample sample = expected.sample();
        Optional<String> gone = gone(expected);
        if (gone.isPresent()) {
            unchecked.merge(gone.get(), 1L, Long::sum);
            return Optional.empty();
        }
        StoredLatent latent = found.get(expected.place);
        Optional<String> difference = latent == null ? Optional.of("no record") : difference(expected, sample, latent);
        if (difference.isEmpty()) {
            checked++;
        } else if (expected.mayBeOlder) {
            unchecked.merge(recreated(expected.place.partition().topic()), 1L, Long::sum);
            return Optional.empty();
        }
        return difference.map(has -> "sample %d is image %s, caption %d, of %s, which has %s"
                .formatted(expected.index, sample.getImage(), sample.getCaption(), expected.place, has));
    }

    private static Optional<String> difference(Expected expected, LedgerSample sample, StoredLatent latent) {
        if (!latent.image().equals(sample.getImage())) {
            return Optional.of("image " + latent.image());
        }
        if (sample.getCaption() >= latent.captions().size()) {
            return Optional.of("%d captions".formatted(latent.captions().size()));
        }
        if (!expected.encoder.isEmpty() && !expected.encoder.equals(latent.encoder())) {
            return Optional.of("a latent of encoder %s, not %s".formatted(latent.encoder(), expected.encoder));
        }
        return Optional.empty();
    }

    /** Returns the reason that a place cannot be read any more. */
    private Optional<String> gone(Expected expected) {
        Place place = expected.place;
        String topic = place.partition().topic();
        Optional<String> id = latents.id(topic);
        if (id.isEmpty()) {
            return Optional.of("topic %s no longer exists".formatted(topic));
        }
        if (isOther(place, expected.topicId)) {
            return Optional.of(recreated(topic));
        }
        long beginning = latents.beginning(place.partition());
        return place.offset() < beginning
                ? Optional.of("retention has deleted %s before offset %d".formatted(place.partition(), beginning))
                : Optional.empty();
    }

    /** Returns whether the topic of a place is another one now than that of a step. */
    private boolean isOther(Place place, String topicId) {
        Optional<String> id = latents.id(place.partition().topic());
        return id.isPresent() && !topicId.isEmpty() && !topicId.equals(id.get());
    }

    private static String recreated(String topic) {
        return "topic %s was deleted and recreated".formatted(topic);
    }
}
