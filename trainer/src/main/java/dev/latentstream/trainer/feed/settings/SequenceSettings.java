package dev.latentstream.trainer.feed.settings;

import dev.latentstream.runtime.settings.Checks;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sequence of a run, if not the live latents of all sources.
 *
 * @param replay name of the run whose recorded steps it follows; null for none
 * @param dataset name of the dataset that it trains on; null for none
 * @param datasetChecksum checksum that the dataset must have; null for any
 * @param epochs passes over the dataset; 0 for no end
 */
public record SequenceSettings(
        @Nullable String replay,
        @Nullable String dataset,
        @Nullable String datasetChecksum,
        long epochs) {
    /** The keys under which a run records what it trains on. */
    public static final String REPLAY = "feed.replay";

    /** The key of the dataset. */
    public static final String DATASET = "feed.dataset";

    /** The key of the dataset's checksum. */
    public static final String DATASET_CHECKSUM = "feed.dataset-checksum";

    /** The defaults: the live latents of all sources. */
    public SequenceSettings() {
        this(null, null, null, 0);
    }

    public SequenceSettings {
        Checks.atLeast("epochs", epochs, 0);
    }

    /**
     * Returns whether the run trains on places that are known beforehand, not on live latents.
     *
     * @throws IllegalArgumentException if it names a run and a dataset
     */
    public boolean isFixed() {
        if (replay != null && dataset != null) {
            throw new IllegalArgumentException(
                    "replay %s and dataset %s: a run trains on one of them".formatted(replay, dataset));
        }
        return replay != null || dataset != null;
    }

    /** Returns the settings of a run that replays another one. */
    public static SequenceSettings replaying(String run) {
        return new SequenceSettings(run, null, null, 0);
    }

    /** Returns the settings of a run on a dataset. */
    public static SequenceSettings onDataset(String name, long epochs) {
        return new SequenceSettings(null, name, null, epochs);
    }

    /** Returns a copy with another number of passes over its dataset. */
    public SequenceSettings withEpochs(long other) {
        if (dataset == null) {
            throw new IllegalArgumentException("epochs %d are of no dataset".formatted(other));
        }
        return new SequenceSettings(replay, dataset, datasetChecksum, other);
    }

    /** Returns the name of the run that is replayed. */
    public Optional<String> replayed() {
        return Optional.ofNullable(replay);
    }

    /** Returns the name of the dataset. */
    public Optional<String> frozen() {
        return Optional.ofNullable(dataset);
    }

    /**
     * Returns a copy with the checksum that the dataset has.
     *
     * @throws IllegalArgumentException if it must have another one
     */
    public SequenceSettings withChecksum(String found) {
        if (datasetChecksum != null && !datasetChecksum.equals(found)) {
            throw new IllegalArgumentException(
                    "the dataset %s has the checksum %s, not %s".formatted(dataset, found, datasetChecksum));
        }
        return new SequenceSettings(replay, dataset, found, epochs);
    }

    /** Returns what a run records of it, by key. */
    public SortedMap<String, String> recorded() {
        SortedMap<String, String> recorded = new TreeMap<>();
        replayed().ifPresent(run -> recorded.put(REPLAY, run));
        frozen().ifPresent(name -> recorded.put(DATASET, name));
        Optional.ofNullable(datasetChecksum).ifPresent(checksum -> recorded.put(DATASET_CHECKSUM, checksum));
        return recorded;
    }
}
