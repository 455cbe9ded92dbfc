package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.LatentSample;
import dev.latentstream.trainer.feed.RecordPosition;
import dev.latentstream.trainer.feed.SourceState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains on the live latents of all sources.
 *
 * <p>Three threads: one reads the log, one makes batches, one trains. What a checkpoint says is the truth about where the run
 * stands; the offsets of the group follow it for lag tools.
 */
public final class TrainerStage implements Stage {
    /** Name of the stage, and the beginning of its group's name. */
    public static final String NAME = TrainerSettings.STAGE;

    private static final Logger LOG = LoggerFactory.getLogger(TrainerStage.class);

    private final KafkaConnection connection;
    private final Policies policies;
    private final Meters meters;
    private final TrainerSettings settings;
    private final TextEncoder encoder;
    private final @Nullable LatentDecoder decoder;
    private final TrainingListener listener;
    private final Device device;
    private final CompletableFuture<Optional<Path>> finished = new CompletableFuture<>();
    private volatile @Nullable BatchPrefetch batches;
    private volatile @Nullable LatentFeed reading;
    private volatile boolean closing;
    private @Nullable Thread thread;

    /**
     * Starts nothing yet. What is passed stays the caller's to close.
     *
     * @param policies started before this is
     * @param decoder null for no pictures
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
        this.policies = policies;
        this.meters = meters;
        this.settings = settings;
        this.encoder = encoder;
        this.decoder = decoder;
        this.listener = listener;
        this.device = device;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread = Threads.daemon(NAME, this::run);
        thread.start();
    }

    /** Completes when the run has taken its last step or was closed, with its last checkpoint; or with what made it fail. */
    public CompletableFuture<Optional<Path>> finished() {
        return finished.copy();
    }

    /** Ends the step in hand and writes a checkpoint, however long that takes: the networks are in use until then. */
    @Override
    public void close() {
        closing = true;
        BatchPrefetch making = batches;
        LatentFeed feed = reading;
        if (making != null) {
            making.stop();
        } else if (feed != null) {
            feed.stop(); // it recovers its buffers, or waits for the first latent
        }
        if (thread != null) {
            Threads.joinUninterruptibly(thread, "the step in hand, its checkpoint and samples");
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return finished.isCompletedExceptionally()
                ? Optional.of(finished.handle((done, failure) -> failure).join())
                : Optional.empty();
    }

    private void run() {
        try {
            finished.complete(train());
        } catch (Throwable broken) {
            if (closing && batches == null) {
                LOG.atInfo().addKeyValue("run", settings.run()).log("closed before its first step");
                finished.complete(Optional.empty());
            } else {
                LOG.atError()
                        .addKeyValue("run", settings.run())
                        .setCause(broken)
                        .log("failed");
                finished.completeExceptionally(broken);
            }
        }
    }

    /** Whether the run has a checkpoint of latents that are not of the decoder's autoencoder: it would refuse all that it makes. */
    public boolean hasIncompatibleLatents() throws IOException {
        Optional<Path> latest = checkpoints().latest();
        return decoder != null
                && latest.isPresent()
                && RunState.read(latest.get())
                        .form()
                        .foreign(decoder.encoderId())
                        .isPresent();
    }

    private Checkpoints checkpoints() {
        return Checkpoints.of(settings.runFolder(), settings.keepCheckpoints());
    }

    private Optional<Path> train() throws IOException, InterruptedException {
        Checkpoints checkpoints = checkpoints();
        Optional<Path> from = resumable(checkpoints);
        @Nullable RunState state = from.isPresent() ? RunState.read(from.get()) : null;
        if (state != null) {
            state.check(settings, encoder.id());
        }
        try (LatentFeed feed = LatentFeed.of(
                connection,
                NAME,
                settings.clientName(),
                settings.feed(),
                state == null ? null : state.form(),
                meters)) {
            reading = feed;
            if (closing) {
                feed.stop(); // whoever closed this did not see it
            }
            List<SourceState> sources = state == null ? List.of() : state.sources();
            Map<RecordPosition, LatentSample> latents = feed.start(sources);
            LatentFormat form = state == null ? feed.awaitForm() : state.form();
            BatchAssembler assembler = assembler(form, feed);
            if (state != null) {
                assembler.restore(state.step(), sources, latents);
            }
            return train(from, form, feed, assembler, checkpoints);
        }
    }

    private Optional<Path> train(
            Optional<Path> from, LatentFormat form, LatentFeed feed, BatchAssembler assembler, Checkpoints checkpoints)
            throws IOException, InterruptedException {
        try (DiffusionTraining training = training(from, form);
                TrainingLog log = TrainingLog.of(connection, settings.run(), settings.clientName());
                BatchPrefetch prefetch = new BatchPrefetch(assembler::next)) {
            batches = prefetch;
            if (closing) {
                prefetch.stop();
            }
            prefetch.start();
            Trainer trainer = new Trainer(
                    settings,
                    form,
                    encoder,
                    training,
                    log,
                    checkpoints,
                    samples(form),
                    meters,
                    listener,
                    System::nanoTime);
            return trainer.run(prefetch, batch -> feed.trained(batch.step(), batch.after()));
        }
    }

    private Optional<Path> resumable(Checkpoints checkpoints) throws IOException {
        Optional<Path> latest = checkpoints.latest();
        if (latest.isPresent() && !settings.resume()) {
            throw new IllegalArgumentException(
                    "run %s has the checkpoint %s: resume it, or give the new run another name"
                            .formatted(settings.run(), latest.get()));
        }
        return latest;
    }

    private DiffusionTraining training(Optional<Path> from, LatentFormat form) throws IOException {
        if (from.isEmpty()) {
            warnIfObjectiveDiffers();
            return settings.begin(form, encoder, device);
        }
        Backbone network = settings.newNetwork(form, encoder);
        DiffusionTraining training = DiffusionTraining.resume(settings.training(), from.get(), device);
        if (!training.configuration().equals(network.configuration())) {
            training.close();
            throw new IllegalArgumentException("the checkpoint %s has the network %s, the settings %s"
                    .formatted(from.get(), training.configuration(), network.configuration()));
        }
        return training;
    }

    /** A trained network may well go on with another objective, but nobody should find out by its samples. */
    private void warnIfObjectiveDiffers() throws IOException {
        BackboneSettings backbone = settings.backbone();
        List<String> differences =
                backbone.isTrained() ? backbone.load(settings.training().objective()::differences) : List.of();
        if (!differences.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("backbone", backbone)
                    .log("was trained for something else than trainer.diffusion asks for: {}", differences);
        }
    }

    private BatchAssembler assembler(LatentFormat form, LatentFeed feed) {
        return new BatchAssembler(
                new BatchAssembler.RunKey(settings.seed(), settings.batchSize()),
                form,
                settings.feed(),
                connection.topics(),
                feed.queues(),
                encoder,
                policies::mixture,
                meters);
    }

    private @Nullable SampleWriter samples(LatentFormat form) {
        if (decoder == null || settings.samples().prompts().isEmpty()) {
            return null;
        }
        Optional<String> foreign = form.foreign(decoder.encoderId());
        if (foreign.isPresent()) {
            LOG.atWarn().log("trains without samples: {}", foreign.get());
            return null;
        }
        return new SampleWriter(
                settings.samples(), settings.diffusion(), Checkpoints.samples(settings.runFolder()), encoder, decoder);
    }
}
