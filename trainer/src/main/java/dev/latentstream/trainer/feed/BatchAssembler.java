package dev.latentstream.trainer.feed;

import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.SourceFeed.Drawn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assembles the batch of each step. For each sample it draws a source by the mixture policy, a latent from the source's shuffle buffer and
 * a caption; then it encodes the captions. A batch has one policy: the one in force when its first sample is drawn.
 *
 * <p>Each draw depends on the seed and the sample's index, never on earlier draws. Not thread-safe.
 */
public final class BatchAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(BatchAssembler.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration WARN_AFTER = Duration.ofSeconds(10);

    private final RunKey run;
    private final LatentFormat format;
    private final FeedSettings settings;
    private final Topics topics;
    private final LatentQueues queues;
    private final TextEncoder encoder;
    private final Supplier<VersionedPolicy<MixturePolicy>> mixture;
    private final Meters meters;
    private final SortedMap<String, SourceFeed> sources = new TreeMap<>();
    private final Map<String, Long> redistributedSince = new HashMap<>(); // nanoseconds, by source
    private final Set<String> warnedSources = new HashSet<>();
    private long steps;

    /** The settings that the draws of a run depend on. */
    public record RunKey(long seed, int batchSize) {}

    /** The source of a sample, and the policy under which it was drawn. */
    private record Ready(VersionedPolicy<MixturePolicy> policy, String source) {}

    BatchAssembler(
            RunKey run,
            LatentFormat format,
            FeedSettings settings,
            Topics topics,
            LatentQueues queues,
            TextEncoder encoder,
            Supplier<VersionedPolicy<MixturePolicy>> mixture,
            Meters meters) {
        this.run = run;
        this.format = format;
        this.settings = settings;
        this.topics = topics;
        this.queues = queues;
        this.encoder = encoder;
        this.mixture = mixture;
        this.meters = meters;
    }

    /** Resumes after a step, with the latents that were in the shuffle buffers. */
    public void restore(long step, Collection<SourceState> states, Map<RecordPosition, LatentSample> latents) {
        steps = step;
        for (SourceState state : states) {
            source(topics.sourceOfLatents(state.topic())).restore(state, latents);
        }
    }

    /** Returns the batch of the next step; waits for latents if necessary. */
    public TrainingBatch next() throws InterruptedException {
        long first = steps * run.batchSize();
        List<ChosenSample> samples = new ArrayList<>(run.batchSize());
        // A policy that leaves no source to draw from can be replaced until the first sample is drawn.
        Ready ready = awaitReady(mixture, first);
        VersionedPolicy<MixturePolicy> policy = ready.policy();
        samples.add(draw(ready, first));
        for (int i = 1; i < run.batchSize(); i++) {
            samples.add(draw(awaitReady(() -> policy, first + i), first + i));
        }
        steps++;
        TextStates text =
                encoder.encode(samples.stream().map(ChosenSample::text).toList());
        BatchConditioning conditioning = new BatchConditioning(
                text, samples.stream().map(s -> s.sample().size()).toList());
        return new TrainingBatch(steps, latents(samples), conditioning, samples, policy, sources.keySet(), state());
    }

    /** Waits until the source of a sample is ready. */
    private Ready awaitReady(Supplier<VersionedPolicy<MixturePolicy>> inForce, long index) throws InterruptedException {
        long start = System.nanoTime();
        boolean warned = false;
        while (true) {
            VersionedPolicy<MixturePolicy> policy = inForce.get();
            long arrivals = queues.arrivals();
            queues.topics().forEach(topic -> source(topics.sourceOfLatents(topic)));
            sources.values().forEach(SourceFeed::fill);
            Optional<String> source = readySource(policy.policy(), index);
            if (source.isPresent()) {
                return new Ready(policy, source.get());
            }
            queues.awaitBeyond(arrivals, PAUSE);
            if (!warned && System.nanoTime() - start > WARN_AFTER.toNanos()) {
                warned = true;
                SortedMap<String, Optional<String>> shortages = new TreeMap<>();
                sources.forEach((name, feed) -> shortages.put(name, feed.shortage()));
                LOG.atWarn().log(Shortage.describe(policy, shortages));
            }
        }
    }

    private ChosenSample draw(Ready ready, long index) {
        String source = ready.source();
        redistributedSince.remove(source);
        warnedSources.remove(source);
        Drawn drawn = source(source).draw(index);
        if (drawn.repeated()) {
            meters.count(Meter.TRAINER_DRY, source, "repeated");
        }
        int caption = CaptionChoice.of(drawn.sample().captions(), ready.policy().policy(), run.seed(), index);
        return new ChosenSample(source, drawn.sample(), caption);
    }

    /** Returns the source of a sample; empty if none is ready that may be drawn from. */
    private Optional<String> readySource(MixturePolicy policy, long index) {
        Optional<String> drawn = Mixture.draw(Mixture.shares(policy, sources.keySet()), run.seed(), "source", index);
        if (drawn.isEmpty() || source(drawn.get()).isReady()) {
            return drawn;
        }
        return switch (settings.whenDry()) {
            case WAIT -> Optional.empty();
            case REDISTRIBUTE, REPEAT -> {
                List<String> ready = sources.keySet().stream()
                        .filter(s -> source(s).isReady())
                        .toList();
                Optional<String> other =
                        Mixture.draw(Mixture.shares(policy, ready), run.seed(), "source instead", index);
                other.ifPresent(o -> countRedistributed(drawn.get()));
                yield other;
            }
        };
    }

    private void countRedistributed(String source) {
        meters.count(Meter.TRAINER_DRY, source, "redistributed");
        long now = System.nanoTime();
        if (now - redistributedSince.computeIfAbsent(source, first -> now) > WARN_AFTER.toNanos()
                && warnedSources.add(source)) {
            source(source).shortage().ifPresent(s -> LOG.atWarn()
                    .log(
                            "source {} has {} latents of its minimum (trainer.feed); other sources take its place",
                            source,
                            s));
        }
    }

    private SourceFeed source(String name) {
        return sources.computeIfAbsent(
                name, n -> new SourceFeed(topics.latents(n).name(), run.seed(), settings, queues));
    }

    private LatentBatch latents(List<ChosenSample> samples) {
        List<float[]> values = samples.stream().map(s -> s.sample().values()).toList();
        return LatentBatch.of(values, format.channels(), format.height(), format.width());
    }

    private List<SourceState> state() {
        return sources.values().stream().map(SourceFeed::state).toList();
    }
}
