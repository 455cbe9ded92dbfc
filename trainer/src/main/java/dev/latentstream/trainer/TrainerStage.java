package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains on the live latents of all sources.
 *
 * <p>Three threads: one reads the log, one assembles batches, one trains. This class is the life of the last; {@link TrainingRun} is its
 * work. A checkpoint is the authoritative position of the run; the group's offsets follow it for lag tools.
 */
public final class TrainerStage implements Stage {
    /** The name of the stage, and the prefix of its group's name. */
    public static final String NAME = TrainerSettings.STAGE;

    private static final Logger LOG = LoggerFactory.getLogger(TrainerStage.class);

    private final KafkaConnection connection;
    private final String runName;
    private final TrainingRun run;
    private final CompletableFuture<Optional<Path>> finished = new CompletableFuture<>();
    private volatile boolean closing;
    private @Nullable Thread thread;

    /**
     * Starts nothing yet. The caller closes the arguments.
     *
     * @param policies started before this stage
     * @param decoder null for no samples
     */
    public TrainerStage(
            KafkaConnection connection,
            Policies policies,
            Meters meters,
            TrainerSettings settings,
            TextEncoder encoder,
            @Nullable LatentDecoder decoder,
            TrainingListener listener,
            Device device) {
        this.connection = connection;
        runName = settings.run().run();
        run = new TrainingRun(connection, policies, meters, settings, encoder, decoder, listener, device);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread = Threads.daemon(NAME, this::train);
        thread.start();
    }

    /** Returns a future that completes with the run's last checkpoint after its last step or its closing, or with its failure. */
    public CompletableFuture<Optional<Path>> finished() {
        return finished.copy();
    }

    /** Returns whether the run has a checkpoint of latents of another autoencoder than the decoder's: it would refuse all new ones. */
    public boolean hasIncompatibleLatents() throws IOException {
        return run.hasIncompatibleLatents();
    }

    /** Completes the current step and writes a checkpoint, however long that takes: the networks are in use until then. */
    @Override
    public void close() {
        closing = true;
        connection.endPatience();
        run.stop();
        if (thread != null) {
            Threads.joinUninterruptibly(thread, "the current step, its checkpoint and samples");
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return finished.isCompletedExceptionally()
                ? Optional.of(finished.handle((done, failure) -> failure).join())
                : Optional.empty();
    }

    private void train() {
        try {
            finished.complete(run.train());
        } catch (Throwable failure) {
            if (closing && !run.isTraining()) {
                LOG.atInfo().addKeyValue("run", runName).log("closed before its first step");
                finished.complete(Optional.empty());
            } else {
                if (closing) {
                    LOG.atWarn().addKeyValue("run", runName).setCause(failure).log("failed while it closed");
                } else {
                    LOG.atInfo().addKeyValue("run", runName).setCause(failure).log("failed"); // its user reports it
                }
                finished.completeExceptionally(failure);
            }
        }
    }
}
