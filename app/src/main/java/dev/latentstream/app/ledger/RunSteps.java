package dev.latentstream.app.ledger;

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
 */
public record RunSteps(String run, int partition, List<Life> lives, List<Opened> opened) {
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

    /** Returns whether the topic of a sample's place is another one now than that which the run read; no, if the ledger no longer says which. */
    boolean isRecreated(Place place, long step, StoredLatents latents) {
        String topic = place.partition().topic();
        Optional<String> read = opened.stream()
                .filter(opening -> opening.step() <= step && opening.topic().equals(topic))
                .reduce((earlier, later) -> later)
                .map(Opened::id);
        return read.isPresent() && !read.equals(latents.id(topic));
    }

    /** Returns the first step; 1 unless retention deleted steps. */
    public long firstStep() {
        return lives.get(0).first();
    }

    public long lastStep() {
        return lives.get(lives.size() - 1).last();
    }

    /** Collects the lives of a run from its records, in order. Needs memory for each life and opened topic, not for each step. */
    static final class Builder {
        private final List<Life> lives = new ArrayList<>();
        private final List<Opened> opened = new ArrayList<>();
        private long newest; // timestamp of the last record

        void add(LedgerStep record, long offset, long timestamp) {
            long step = record.getStep();
            newest = timestamp;
            add(step, offset);
            opened.removeIf(superseded -> superseded.step() >= step);
            record.getOpened().forEach(source -> opened.add(new Opened(step, source.getTopic(), source.getTopicId())));
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
            return new RunSteps(run, partition, lives, opened);
        }
    }
}
