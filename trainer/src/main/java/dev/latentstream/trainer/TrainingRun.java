package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.removals.RemovalFollower;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.FeedResume;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.SequenceSettings;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.RecordedStep;
import dev.latentstream.trainer.ledger.TrainingLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    private TrainerSettings settings; // a fixed sequence decides some of them
    private final TextEncoder encoder;
    private final @Nullable LatentDecoder decoder;
    private final TrainingListener listener;
    private final Device device;
    private final Checkpoints checkpoints;
    private final EarlierRun earlier = new EarlierRun();
    private volatile @Nullable LatentFeed feed;
    private volatile @Nullable TrainingLog ledger;
    private volatile @Nullable BatchPrefetch batches;
    private volatile boolean stopped;
    private long started; // nanoseconds

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
        started = System.nanoTime();
        Optional<Path> checkpoint = resumable();
        @Nullable RunState state = state(checkpoint);
        if (state == null) {
            earlier.requireNone(connection, settings);
        }
        SequenceSettings sequence = settings.feed().sequence();
        if (!sequence.isFixed()) {
            check(state);
            requireNotStopped();
            try (TrainingLog log = openLog()) {
                return train(checkpoint, state, log, null);
            }
        }
        try (TrainingLog log = openLog()) {
            requireNotStopped(); // stop() ran before it was visible
            log.start(); // what a killed trainer of this run left open would hide the run that is replayed
            try (FixedSequence fixed = sequence.replayed().isPresent()
                    ? ReplayedRun.open(connection, sequence.replayed().get(), settings)
                    : FrozenDataset.open(connection, policies, sequence.frozen().orElseThrow(), settings)) {
                settings = fixed.decided(
                        settings, state == null ? null : state.feed().run());
                check(state);
                return train(checkpoint, state, log, fixed);
            }
        }
    }

    private TrainingLog openLog() {
        TrainingLog log = TrainingLog.of(connection, settings.run().run(), settings.clientName());
        ledger = log;
        return log;
    }

    private Optional<Path> train(
            Optional<Path> checkpoint, @Nullable RunState state, TrainingLog log, @Nullable FixedSequence fixed)
            throws IOException, InterruptedException {
        try (RemovalFollower removals = new RemovalFollower(connection);
                LatentFeed opened = fixed == null ? openFeed(state, log) : openFeed(fixed)) {
            feed = opened;
            requireNotStopped(); // stop() ran before it was visible
            removals.start();
            Ready ready;
            if (fixed != null) {
                ready = follow(opened, log, removals.images(), state, fixed);
            } else {
                ready = state == null
                        ? begin(opened, log, removals.images())
                        : resume(opened, log, removals.images(), state);
            }
            return train(checkpoint, ready, opened, log);
        }
    }

    /** The parts of a run that its steps need. */
    private record Ready(LatentFormat format, BatchAssembler assembler) {}

    /** A new run takes the format of its first latent, and has a state from its first step on. */
    private Ready begin(LatentFeed opened, TrainingLog log, RemovedImages removed) throws InterruptedException {
        log.start();
        opened.start();
        LatentFormat format = opened.awaitFormat();
        log.continueAt(new LedgerPosition(own().topicId(), -1, 0));
        LedgerRun facts = settings.facts(format, encoder);
        FeedSnapshot start = new FeedSnapshot(0, 0, facts, policies.mixture(), List.of());
        return new Ready(
                format,
                opened.assembler(
                        start, format, encoder, List.of(), removed, policies::mixture, started(log, start), facts));
    }

    /** Returns the ledger of a new run, which keeps the start of the run once it has its first step. */
    private FeedLedger started(TrainingLog log, FeedSnapshot start) {
        return step -> step.getStep() == 1
                ? log.append(step).thenApply(after -> {
                    writeStart(new RunState(settings.run().run(), start, after.before()));
                    return after;
                })
                : log.append(step);
    }

    /** The steps of a fixed sequence, after those that this run's ledger has after its checkpoint. */
    private Ready follow(
            LatentFeed opened, TrainingLog log, RemovedImages removed, @Nullable RunState state, FixedSequence fixed)
            throws InterruptedException {
        String ledgerId = own().topicId();
        List<RecordedStep> recorded = state == null ? List.of() : own().after(state, ledgerId);
        @Nullable LedgerRun last = state == null ? null : OwnLedger.lastFacts(recorded, state);
        settings = fixed.decided(settings, last);
        LatentFormat format = fixed.format();
        LedgerRun facts = settings.facts(format, encoder);
        if (last != null) {
            RunFacts.check(last, facts, settings.resuming().changeSettings());
        }
        FeedSnapshot from = state == null ? new FeedSnapshot(0, 0, facts, policies.mixture(), List.of()) : state.feed();
        fixed.check(from);
        opened.start();
        LedgerPosition reached =
                state == null ? new LedgerPosition(ledgerId, -1, 0) : OwnLedger.reached(recorded, state);
        log.continueAt(reached.topicId().equals(ledgerId) ? reached : new LedgerPosition(ledgerId, -1, 0));
        LOG.atInfo()
                .addKeyValue("run", settings.run().run())
                .log("trains on {} from step {} on", fixed.describe(), from.step() + recorded.size() + 1);
        FixedSequence.Start start = new FixedSequence.Start(
                from,
                recorded,
                facts,
                facts.equals(last) ? null : facts,
                encoder,
                removed,
                state == null ? started(log, from) : log);
        return new Ready(format, fixed.assembler(opened, start));
    }

    /** The steps that the ledger has after the checkpoint come first. */
    private Ready resume(LatentFeed opened, TrainingLog log, RemovedImages removed, RunState state)
            throws InterruptedException {
        log.start(); // nobody else writes to the ledger from here on
        String ledgerId = own().topicId();
        List<RecordedStep> recorded = own().after(state, ledgerId);
        LedgerRun facts = settings.facts(state.format(), encoder);
        LedgerRun last = OwnLedger.lastFacts(recorded, state);
        RunFacts.check(last, facts, settings.resuming().changeSettings());
        List<RecordedStep> repeated = opened.start(
                new FeedResume(state.feed(), recorded, settings.resuming().skipLost()),
                policies.mixture().policy());
        LedgerPosition reached = OwnLedger.reached(repeated, state);
        log.continueAt(reached.topicId().equals(ledgerId) ? reached : new LedgerPosition(ledgerId, -1, 0));
        LOG.atInfo()
                .addKeyValue("run", settings.run().run())
                .addKeyValue("step", state.feed().step())
                .addKeyValue("recorded", repeated.size())
                .log("resumed: {} steps of the ledger are repeated first", repeated.size());
        boolean isChanged = !facts.equals(
                repeated.size() == recorded.size() ? last : state.feed().run());
        return new Ready(
                state.format(),
                opened.assembler(
                        state.feed(),
                        state.format(),
                        encoder,
                        repeated,
                        removed,
                        policies::mixture,
                        log,
                        isChanged ? facts : null));
    }

    private Optional<Path> train(Optional<Path> from, Ready ready, LatentFeed feed, TrainingLog log)
            throws IOException, InterruptedException {
        LatentFormat format = ready.format();
        BufferSettings buffers = settings.feed().buffers();
        try (DiffusionTraining training = training(from, format);
                BatchPrefetch prefetch = new BatchPrefetch(
                        ready.assembler()::ahead, buffers.prefetch(), buffers.mostAhead(settings.batchSize()))) {
            batches = prefetch;
            if (stopped) {
                prefetch.stop();
            }
            prefetch.start();
            Trainer.Outputs outputs = new Trainer.Outputs(log, checkpoints, samples(format), listener);
            return new Trainer(settings, format, training, outputs, meters, System::nanoTime)
                    .run(
                            prefetch,
                            started,
                            batch -> feed.trained(batch.step(), batch.after().sources()));
        }
    }

    private OwnLedger own() {
        return new OwnLedger(connection, settings);
    }

    private void requireNotStopped() {
        if (stopped) {
            throw new IllegalStateException("the run was closed");
        }
    }

    private void writeStart(RunState start) {
        try {
            Files.createDirectories(settings.runFolder());
            start.describeTo(settings.runFolder());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Ends {@link #train} after the current step and its checkpoint; from any thread. */
    void stop() {
        stopped = true;
        earlier.stop();
        BatchPrefetch prefetch = batches;
        LatentFeed opened = feed;
        TrainingLog log = ledger;
        if (prefetch != null) {
            prefetch.stop();
            return;
        }
        if (opened != null) {
            opened.stop(); // it resumes, or waits for the first latent
        }
        if (log != null) {
            log.close(); // it waits for the cluster
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
                && RunState.describe(latest.get())
                        .format()
                        .foreign(decoder.encoderId())
                        .isPresent();
    }

    private Optional<Path> resumable() throws IOException {
        Optional<Path> latest = checkpoints.latest();
        if (latest.isPresent() && !settings.resuming().resume()) {
            throw new IllegalArgumentException(
                    "run %s has the checkpoint %s: resume it, or give the new run another name"
                            .formatted(settings.run().run(), latest.get()));
        }
        if (!settings.resuming().resume() && RunState.exists(settings.runFolder())) {
            throw new IllegalArgumentException(
                    "run %s was started before, in %s: resume it, or give the new run another name"
                            .formatted(settings.run().run(), settings.runFolder()));
        }
        return checkpoints.resumable(settings.resuming().from());
    }

    /** Returns the state of the checkpoint; without one that of the run's start; null for a new run. */
    private @Nullable RunState state(Optional<Path> checkpoint) throws IOException {
        if (checkpoint.isPresent()) {
            return RunState.read(checkpoint.get());
        }
        return RunState.exists(settings.runFolder()) ? RunState.describe(settings.runFolder()) : null;
    }

    /** Refuses the state of another run, and of another encoder. */
    private void check(@Nullable RunState state) {
        if (state == null) {
            return;
        }
        if (!state.run().equals(settings.run().run())) {
            throw new IllegalArgumentException("the checkpoint of step %d is of the run %s, the settings have %s"
                    .formatted(state.feed().step(), state.run(), settings.run().run()));
        }
        RunFacts.checkIdentity(state.feed().run(), settings.facts(state.format(), encoder));
    }

    private LatentFeed openFeed(@Nullable RunState state, TrainingLog log) {
        return LatentFeed.of(
                connection,
                TrainerSettings.STAGE,
                settings.clientName(),
                settings.feed(),
                state == null ? null : state.format(),
                log,
                meters);
    }

    private LatentFeed openFeed(FixedSequence fixed) {
        return LatentFeed.ofRanges(
                connection, TrainerSettings.STAGE, settings.clientName(), settings.feed(), fixed.format(), meters);
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
