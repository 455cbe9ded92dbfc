package dev.latentstream.trainer.feed;

import ai.djl.ndarray.types.DataType;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.StoredLatents;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assembles the batch of each step: the samples follow from the state of the feed and the step's events, then their captions are encoded
 * while the step is written to the ledger, which has it before the batch is returned. Not thread-safe.
 */
public final class BatchAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(BatchAssembler.class);
    private static final Duration WARN_AFTER = Duration.ofSeconds(10);

    private final FeedState state;
    private final LatentFormat format;
    private final Topics topics;
    private final TextEncoder encoder;
    private final StepEvents.Source steps;
    private final Meters meters;
    private final Map<String, Long> replacedSince = new HashMap<>(); // nanoseconds, by source
    private final Set<String> warnedSources = new HashSet<>();

    BatchAssembler(
            FeedState state,
            LatentFormat format,
            Topics topics,
            TextEncoder encoder,
            StepEvents.Source steps,
            Meters meters) {
        this.state = state;
        this.format = format;
        this.topics = topics;
        this.encoder = encoder;
        this.steps = steps;
        this.meters = meters;
    }

    /**
     * Returns the batch of the next step once that is in the ledger; waits for latents if necessary.
     *
     * @throws EndOfStepsException if the run has no further step
     */
    TrainingBatch next() throws InterruptedException {
        try {
            return ahead().get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(failed);
        }
    }

    /**
     * Draws the next step; waits for latents if necessary.
     *
     * @return completes with the batch once the step is in the ledger
     * @throws EndOfStepsException if the run has no further step
     */
    public CompletableFuture<TrainingBatch> ahead() throws InterruptedException {
        StepEvents events = steps.next();
        state.begin();
        events.begin();
        List<ChosenSample> samples = kept(samples(events), events);
        LedgerStep step = state.ledger();
        CompletableFuture<LedgerPosition> written = events.end(step);
        count(step);
        StoredLatents latents = latents(samples);
        BatchConditioning conditioning = conditioning(samples);
        VersionedPolicy<MixturePolicy> policy = state.policyNow();
        Set<String> sources = new HashSet<>(state.sources());
        FeedSnapshot after = state.snapshot();
        return written.thenApply(position ->
                new TrainingBatch(step.getStep(), latents, conditioning, samples, policy, sources, after, position));
    }

    private List<ChosenSample> samples(StepEvents events) throws InterruptedException {
        List<ChosenSample> samples = new ArrayList<>();
        for (int i = 0; i < state.rules().batchSize() && events.provide(i); i++) {
            FeedState.Choice choice = state.choose()
                    .orElseThrow(() ->
                            new LostRecordsException("step %d: the ledger has records that the log gives no sample for"
                                    .formatted(state.step())));
            samples.add(state.draw(choice, events.stays(i, choice)));
        }
        return samples;
    }

    /** Returns the samples without those that are skipped; what is skipped is so for good, since the step is in the ledger then. */
    private List<ChosenSample> kept(List<ChosenSample> drawn, StepEvents events) {
        List<ChosenSample> kept = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            if (events.skips(i, drawn.get(i).sample().imageId())) {
                state.skip(i);
                meters.count(Meter.TRAINER_REMOVED, drawn.get(i).source(), "skipped");
            } else {
                kept.add(drawn.get(i));
            }
        }
        return kept;
    }

    private void count(LedgerStep step) {
        step.getPurged()
                .forEach(latent -> meters.count(Meter.TRAINER_REMOVED, source(step, latent.getTopic()), "purged"));
        step.getWithheld()
                .forEach(latent -> meters.count(Meter.TRAINER_REMOVED, source(step, latent.getTopic()), "withheld"));
        List<String> sources =
                step.getTopics().stream().map(topics::sourceOfLatents).toList();
        for (LedgerSample sample : step.getSamples()) {
            String source = sources.get(sample.getTopic());
            replacedSince.remove(source);
            warnedSources.remove(source);
            if (sample.getStays()) {
                meters.count(Meter.TRAINER_DRY, source, "repeated");
            }
            if (sample.getInsteadOf() >= 0) {
                String dry = sources.get(sample.getInsteadOf());
                meters.count(Meter.TRAINER_DRY, dry, "redistributed");
                if (steps.isLive()) {
                    warn(dry);
                }
            }
        }
    }

    private void warn(String dry) {
        long now = System.nanoTime();
        if (now - replacedSince.computeIfAbsent(dry, first -> now) > WARN_AFTER.toNanos() && warnedSources.add(dry)) {
            LOG.atWarn()
                    .log(
                            "source {} has {} of the {} latents that it must have (trainer.feed); other sources take its place",
                            dry,
                            state.source(dry).size(),
                            state.rules().required());
        }
    }

    private String source(LedgerStep step, int topic) {
        return topics.sourceOfLatents(step.getTopics().get(topic));
    }

    private BatchConditioning conditioning(List<ChosenSample> samples) {
        if (samples.isEmpty()) {
            return new BatchConditioning(encoder.encode(List.of("")), List.of(SizeConditioning.whole(1, 1)));
        }
        TextStates text =
                encoder.encode(samples.stream().map(ChosenSample::text).toList());
        return new BatchConditioning(
                text, samples.stream().map(s -> s.sample().size()).toList());
    }

    private StoredLatents latents(List<ChosenSample> samples) {
        DataType type =
                switch (format.type()) {
                    case FLOAT16 -> DataType.FLOAT16;
                    case BFLOAT16 -> DataType.BFLOAT16;
                    case FLOAT32 -> DataType.FLOAT32;
                };
        List<ByteBuffer> elements = samples.isEmpty()
                ? List.of(ByteBuffer.allocate(format.size() * type.getNumOfBytes())) // zeros
                : samples.stream().map(chosen -> chosen.sample().elements()).toList();
        return new StoredLatents(elements, type, format.channels(), format.height(), format.width());
    }
}
