package dev.latentstream.app.bench;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.TrainingBatch;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.TrainingLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The feed of a new run, as a trainer has it: latents are read, buffered, drawn, recorded and prefetched, but nothing is trained. */
final class RunningFeed implements AutoCloseable {
    private static final String STAGE = "bench";

    private final Meters meters = new Meters();
    private final TrainingLog log;
    private final LatentFeed feed;
    private final BatchPrefetch batches;
    private final ByteBuffer memory; // of a tensor

    private RunningFeed(
            KafkaConnection connection,
            String run,
            FeedSettings settings,
            int batchSize,
            boolean isRecorded,
            Supplier<VersionedPolicy<MixturePolicy>> mixture)
            throws InterruptedException {
        LatentFormat format = new LatentFormat(FeedLatents.ENCODER, FeedLatents.SHAPE, FeedLatents.TYPE);
        LedgerRun facts = new LedgerRun(
                1L,
                format.encoderId(),
                format.shape(),
                format.type(),
                UnreadTexts.ID,
                FeedRules.of(batchSize, settings).recorded());
        memory = ByteBuffer.allocateDirect(batchSize * format.size() * TensorBytes.bytesPerElement(format.type()));
        log = TrainingLog.of(connection, run, run);
        log.start();
        log.continueAt(new LedgerPosition("", -1, 0));
        feed = LatentFeed.of(connection, STAGE, run, settings, format, log, meters);
        feed.start();
        FeedLedger ledger =
                isRecorded ? log : step -> CompletableFuture.completedFuture(new LedgerPosition("", 0, step.getStep()));
        batches = new BatchPrefetch(
                feed.assembler(
                        new FeedSnapshot(0, 0, facts, mixture.get(), List.of()),
                        format,
                        new UnreadTexts(),
                        List.of(),
                        new RemovedImages(),
                        mixture,
                        ledger,
                        facts)::ahead,
                settings.buffers().prefetch(),
                settings.buffers().mostAhead(batchSize));
        batches.start();
    }

    /** Starts a feed whose steps are in the ledger. */
    static RunningFeed recorded(
            KafkaConnection connection,
            String run,
            FeedSettings settings,
            int batchSize,
            Supplier<VersionedPolicy<MixturePolicy>> mixture)
            throws InterruptedException {
        return new RunningFeed(connection, run, settings, batchSize, true, mixture);
    }

    /** Starts a feed whose steps are nowhere. */
    static RunningFeed unrecorded(
            KafkaConnection connection,
            String run,
            FeedSettings settings,
            int batchSize,
            Supplier<VersionedPolicy<MixturePolicy>> mixture)
            throws InterruptedException {
        return new RunningFeed(connection, run, settings, batchSize, false, mixture);
    }

    /** Returns the batch of the next step, whose elements were copied to the memory of a tensor as in a training step. */
    TrainingBatch next() throws InterruptedException {
        TrainingBatch batch = batches.take().orElseThrow();
        memory.clear();
        batch.latents().elements().forEach(latent -> memory.put(latent.duplicate()));
        feed.trained(batch.step(), batch.after().sources());
        return batch;
    }

    @Override
    public void close() {
        batches.stop();
        feed.close();
        batches.close();
        log.close();
        meters.close();
    }
}
