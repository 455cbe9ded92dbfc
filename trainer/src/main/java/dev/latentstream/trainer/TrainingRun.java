package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.BatchAssembler.RunKey;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets a run up and trains it: resumes its checkpoint, starts its feed, builds or restores its network, then runs {@link Trainer}.
 *
 * <p>One thread calls {@link #train}, once; any thread may call {@link #stop}.
 */
final class TrainingRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    private final KafkaConnection connection;
    private final Policies policies;
    private final Meters meters;
    private final TrainerSettings settings;
    private final TextEncoder encoder;
    private final @Nullable LatentDecoder decoder;
    private final TrainingListener listener;
    private final Device device;
    private final Checkpoints checkpoints;
    private volatile @Nullable LatentFeed feed;
    private volatile @Nullable BatchPrefetch batches;
    private volatile boolean stopped;

    TrainingRun(
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
        checkpoints = new Checkpoints(
                settings.runFolder().resolve("checkpoints"),
                settings.checkpoints().keepCheckpoints());
    }

    /** Returns the last checkpoint; empty if no step was trained. */
    Optional<Path> train() throws IOException, InterruptedException {
        Optional<Path> checkpoint = resumable();
        @Nullable RunState state = checkpoint.isPresent() ? RunState.read(checkpoint.get()) : null;
        if (state != null) {
            state.check(settings, encoder.id());
        }
        try (LatentFeed opened = openFeed(state)) {
            feed = opened;
            if (stopped) {
                opened.stop(); // stop() ran before the feed was visible
            }
            List<SourceState> sources = state == null ? List.of() : state.sources();
            Map<RecordPosition, LatentSample> latents = opened.start(sources);
            LatentFormat format = state == null ? opened.awaitFormat() : state.format();
            BatchAssembler assembler = opened.assembler(
                    new RunKey(settings.run().seed(), settings.batchSize()), format, encoder, policies::mixture);
            if (state != null) {
                assembler.restore(state.step(), sources, latents);
                latents.clear(); // the feed keeps a reference, and each latent must be freed once it is drawn
            }
            return train(checkpoint, format, opened, assembler);
        }
    }

    private Optional<Path> train(Optional<Path> from, LatentFormat format, LatentFeed feed, BatchAssembler assembler)
            throws IOException, InterruptedException {
        try (DiffusionTraining training = training(from, format);
                TrainingLog log = TrainingLog.of(connection, settings.run().run(), settings.clientName());
                BatchPrefetch prefetch = new BatchPrefetch(assembler::next)) {
            batches = prefetch;
            if (stopped) {
                prefetch.stop();
            }
            prefetch.start();
            Trainer.Outputs outputs = new Trainer.Outputs(log, checkpoints, samples(format), listener);
            return new Trainer(settings, format, encoder.id(), training, outputs, meters, System::nanoTime)
                    .run(prefetch, batch -> feed.trained(batch.step(), batch.after()));
        }
    }

    /** Ends {@link #train} after the current step and its checkpoint; from any thread. */
    void stop() {
        stopped = true;
        BatchPrefetch prefetch = batches;
        LatentFeed opened = feed;
        if (prefetch != null) {
            prefetch.stop();
        } else if (opened != null) {
            opened.stop(); // it recovers the shuffle buffers, or waits for the first latent
        }
    }

    /** Returns whether set-up is complete and steps are trained. */
    boolean isTraining() {
        return batches != null;
    }

    /** Returns whether the run has a checkpoint of latents of another autoencoder than the decoder's. */
    boolean hasIncompatibleLatents() throws IOException {
        Optional<Path> latest = checkpoints.latest();
        return decoder != null
                && latest.isPresent()
                && RunState.read(latest.get())
                        .format()
                        .foreign(decoder.encoderId())
                        .isPresent();
    }

    private Optional<Path> resumable() throws IOException {
        Optional<Path> latest = checkpoints.latest();
        if (latest.isPresent() && !settings.run().resume()) {
            throw new IllegalArgumentException(
                    "run %s has the checkpoint %s: resume it, or give the new run another name"
                            .formatted(settings.run().run(), latest.get()));
        }
        return latest;
    }

    private LatentFeed openFeed(@Nullable RunState state) {
        return LatentFeed.of(
                connection,
                TrainerSettings.STAGE,
                settings.clientName(),
                settings.feed(),
                state == null ? null : state.format(),
                meters);
    }

    private DiffusionTraining training(Optional<Path> from, LatentFormat format) throws IOException {
        if (from.isEmpty()) {
            warnIfObjectiveDiffers();
            return settings.begin(format, encoder, device);
        }
        Backbone network = settings.model().newNetwork(format, encoder);
        DiffusionTraining training = DiffusionTraining.resume(settings.training(), from.get(), device);
        if (!training.configuration().equals(network.configuration())) {
            training.close();
            throw new IllegalArgumentException("the checkpoint %s has the network %s, the settings %s"
                    .formatted(from.get(), training.configuration(), network.configuration()));
        }
        return training;
    }

    /** A trained network may be trained further with another objective, but the user must not learn of it from its samples. */
    private void warnIfObjectiveDiffers() throws IOException {
        BackboneSettings backbone = settings.backbone();
        List<String> differences =
                backbone.isTrained() ? backbone.load(settings.training().objective()::differences) : List.of();
        if (!differences.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("backbone", backbone)
                    .log("the backbone was trained with another objective than trainer.diffusion: {}", differences);
        }
    }

    private @Nullable SampleWriter samples(LatentFormat format) {
        if (decoder == null || settings.samples().prompts().isEmpty()) {
            return null;
        }
        Optional<String> foreign = format.foreign(decoder.encoderId());
        if (foreign.isPresent()) {
            LOG.atWarn().log("trains without samples: {}", foreign.get());
            return null;
        }
        return new SampleWriter(
                settings.samples(),
                settings.model().diffusion(),
                settings.runFolder().resolve("samples"),
                encoder,
                decoder);
    }
}
