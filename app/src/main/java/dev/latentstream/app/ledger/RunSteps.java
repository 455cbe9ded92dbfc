package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps of a run that count, as ranges of one partition of the ledger. A later life of the run that starts at a step supersedes what
 * was written from that step on before.
 *
 * @param run name of the run
 * @param partition partition of its records
 * @param lives what each life of the run contributed, in the order of the steps
 * @param opened the topics that it read, in the order of the steps; without those of steps that retention deleted
 * @param retakes what it took from those that were recreated meanwhile
 */
public record RunSteps(String run, int partition, List<Life> lives, List<Opened> opened, Retakes retakes) {
    public RunSteps {
        lives = List.copyOf(lives);
        opened = List.copyOf(opened);
    }

    /**
     * The steps of one life that count.
     *
     * @param first first step
     * @param last last step that no later life superseded
     * @param start offset of the first step
     * @param end offset after the last record of this life; records of superseded steps are before it
     */
    public record Life(long first, long last, long start, long end) {}

    /**
     * A topic that is read from a step on.
     *
     * @param id Kafka's id of the topic
     */
    public record Opened(long step, String topic, String id) {}

    /**
     * Returns whether the topic of a sample's place is another one now than that from which the run took it; no, if the ledger no longer says
     * which.
     *
     * @param index of the sample in its step
     */
    boolean isRecreated(Place place, long step, int index, StoredLatents latents) {
        String topic = place.partition().topic();
        List<String> ids = opened.stream()
                .filter(opening -> opening.step() <= step && opening.topic().equals(topic))
                .map(Opened::id)
                .distinct()
                .toList();
        if (ids.isEmpty()) {
            return false;
        }
        boolean isPresent = Optional.of(ids.get(ids.size() - 1)).equals(latents.id(topic));
        return !isPresent || (ids.size() > 1 && !retakes.isTaken(place, step, index));
    }

    /** Returns the first step; 1 unless retention deleted steps. */
    public long firstStep() {
        return lives.get(0).first();
    }

    public long lastStep() {
        return lives.get(lives.size() - 1).last();
    }

    /**
     * Collects the lives of a run from its records, in order. Needs memory for each life and opened topic, and for each take from a topic that
     * was recreated meanwhile, not for each step.
     */
    static final class Builder {
        private final List<Life> lives = new ArrayList<>();
        private final List<Opened> opened = new ArrayList<>();
        private final Retakes retakes = new Retakes();
        private long last;
        private long newest; // timestamp of the last record

        void add(LedgerStep record, long offset, long timestamp) {
            long step = record.getStep();
            newest = timestamp;
            add(step, offset);
            opened.removeIf(superseded -> superseded.step() >= step);
            if (step <= last) {
                retakes.supersede(step);
            }
            last = step;
            record.getOpened().forEach(source -> open(step, source));
            record.getTaken().stream()
                    .filter(take -> isReopened(record.getTopics().get(take.getTopic())))
                    .forEach(take -> retakes.add(record, take));
        }

        private void open(long step, LedgerSource source) {
            Opened opening = new Opened(step, source.getTopic(), source.getTopicId());
            boolean isOther = opened.stream()
                    .anyMatch(earlier -> earlier.topic().equals(opening.topic())
                            && !earlier.id().equals(opening.id()));
            if (isOther) {
                retakes.forget(opening.topic());
            }
            opened.add(opening);
        }

        /** Returns whether a run has read more than one topic of this name. */
        private boolean isReopened(String topic) {
            return opened.stream()
                            .filter(opening -> opening.topic().equals(topic))
                            .map(Opened::id)
                            .distinct()
                            .limit(2)
                            .count()
                    == 2;
        }

        private void add(long step, long offset) {
            if (!lives.isEmpty() && step == lives.get(lives.size() - 1).last() + 1) {
                Life life = lives.remove(lives.size() - 1);
                lives.add(new Life(life.first(), step, life.start(), offset + 1));
                return;
            }
            while (!lives.isEmpty() && lives.get(lives.size() - 1).first() >= step) {
                lives.remove(lives.size() - 1);
            }
            if (!lives.isEmpty()) {
                Life life = lives.remove(lives.size() - 1);
                lives.add(new Life(life.first(), Math.min(life.last(), step - 1), life.start(), life.end()));
            }
            lives.add(new Life(step, step, offset, offset + 1));
        }

        long newest() {
            return newest;
        }

        RunSteps build(String run, int partition) {
            return new RunSteps(run, partition, lives, opened, retakes);
        }
    }
}
