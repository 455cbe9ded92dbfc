package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import dev.latentstream.trainer.dataset.DatasetRun;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.ReplayCheck;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import org.jspecify.annotations.Nullable;

/** A dataset that a run trains on, epoch by epoch. */
final class FrozenDataset implements FixedSequence {
    private final KafkaConnection connection;
    private final Policies policies;
    private final String name;
    private final Dataset dataset;
    private final long epochs;

    private FrozenDataset(KafkaConnection connection, Policies policies, String name, Dataset dataset, long epochs) {
        this.connection = connection;
        this.policies = policies;
        this.name = name;
        this.dataset = dataset;
        this.epochs = epochs;
    }

    /**
     * Reads the manifest of a dataset.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    static FrozenDataset open(KafkaConnection connection, Policies policies, String name, TrainerSettings settings) {
        Dataset dataset = new DatasetCatalog(connection, settings.feed().patience()).named(name);
        return new FrozenDataset(
                connection, policies, name, dataset, settings.feed().sequence().epochs());
    }

    @Override
    public String describe() {
        return "the dataset %s, %d epochs".formatted(name, epochs);
    }

    @Override
    public LatentFormat format() {
        return new LatentFormat(dataset.getEncoderId(), dataset.getShape(), dataset.getType());
    }

    /** Within an epoch, other sources take the place of one that is used up: each latent is drawn. */
    @Override
    public TrainerSettings decided(TrainerSettings settings, @Nullable LedgerRun last) {
        int shuffle = settings.feed().buffers().shuffle();
        return settings.with(s -> {
            s.feed = s.feed.withRules(new FeedRules(s.batchSize, WhenDry.REDISTRIBUTE, shuffle, 1));
            s.feed = s.feed.withSequence(s.feed.sequence().withChecksum(dataset.getChecksum()));
        });
    }

    @Override
    public void check(FeedSnapshot from) {
        ReplayCheck.check(connection, name, dataset);
    }

    @Override
    public BatchAssembler assembler(LatentFeed feed, Start start) {
        DatasetRun run = new DatasetRun(name, dataset, epochs, policies::mixture, start.changed());
        return feed.onDataset(
                start.from(), format(), start.encoder(), start.recorded(), start.removed(), run, start.ledger());
    }

    @Override
    public void close() {}
}
