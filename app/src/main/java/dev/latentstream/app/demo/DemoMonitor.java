package dev.latentstream.app.demo;

import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.models.Threads;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reports the progress of a demo from the meters of its stages and the reports of its trainer, and divides the cores: while
 * other networks run beside it, the trainer leaves them half.
 */
final class DemoMonitor implements TrainingListener {
    private final Meters meters;
    private final Run run;
    private final int cores;
    private final LongSupplier nanoTime;
    private final long start;
    private final Map<String, RecentRate> rates = new HashMap<>();
    private volatile @Nullable Received latest;
    private volatile boolean sampled;
    private volatile boolean alone;

    /**
     * The training run that is monitored.
     *
     * @param stepsBefore steps of earlier demos on the same data
     * @param steps steps to take now
     * @param minimum latents of a source before the trainer draws from it
     * @param samplesFirst whether a grid of samples precedes the first step
     */
    record Run(long stepsBefore, long steps, int batchSize, int minimum, boolean samplesFirst) {}

    private record Received(TrainingMetrics metrics, long nanoTime) {}

    /** @param cores of this machine */
    DemoMonitor(Meters meters, Run run, int cores, LongSupplier nanoTime) {
        this.meters = meters;
        this.run = run;
        this.cores = cores;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Returns the threads of each network's operators while several networks run. */
    static int shared(int cores) {
        return Math.max(1, cores / 2);
    }

    /** Returns the threads of the trainer's operators. */
    int threads() {
        return alone ? cores : shared(cores);
    }

    @Override
    public void progress(TrainingMetrics metrics) {
        Threads.use(threads()); // this is the thread that trains
        latest = new Received(metrics, nanoTime.getAsLong());
    }

    @Override
    public void samples(Path grid) {
        sampled = true;
    }

    Progress progress(Collection<SourceProgress> sources) {
        long now = nanoTime.getAsLong();
        long step = Math.round(meters.total(Meter.TRAINER_STEPS, Map.of()));
        List<Progress.Stage> stages = stages(sources, now);
        alone = isCaughtUp() && stages.stream().allMatch(stage -> stage.perSecond() == 0);
        return new Progress(
                Duration.ofNanos(now - start),
                stages,
                step,
                run.steps(),
                activity(step, sources, stages),
                Optional.ofNullable(latest).map(received -> report(received, now)));
    }

    private Progress.Report report(Received received, long now) {
        TrainingMetrics metrics = received.metrics();
        return new Progress.Report(
                metrics.getStep() - run.stepsBefore(),
                Duration.ofNanos(now - received.nanoTime()),
                metrics.getImagesPerSecond() / run.batchSize(),
                metrics.getLoss(),
                metrics.getImagesPerSecond(),
                metrics.getStall());
    }

    private String activity(long step, Collection<SourceProgress> sources, List<Progress.Stage> stages) {
        if (step == 0) {
            return waiting(sources, stages);
        }
        return step < run.steps() ? "" : "writing a checkpoint and samples";
    }

    /** Returns what the first step waits for. One source that is ready is enough: the fullest is shown. */
    private String waiting(Collection<SourceProgress> sources, List<Progress.Stage> stages) {
        if (run.stepsBefore() > 0) {
            return "resuming from the checkpoint of step " + run.stepsBefore();
        }
        Optional<String> fullest =
                sources.stream().map(SourceProgress::source).max(Comparator.comparingLong(this::latents));
        if (fullest.isEmpty()) {
            return "waiting for the first images";
        }
        long latents = latents(fullest.get());
        if (latents < run.minimum()) {
            return "waiting for %d latents of %s (%s)"
                    .formatted(run.minimum(), fullest.get(), soFar(latents, rateOf(CaptioningStage.NAME, stages)));
        }
        return run.samplesFirst() && !sampled ? "drawing samples before the first step" : "taking the first step";
    }

    private static String soFar(long latents, double captionsPerSecond) {
        if (captionsPerSecond > 0) {
            return String.format(Locale.ROOT, "%d so far; captioning is at %.1f images/s", latents, captionsPerSecond);
        }
        return latents == 0 ? "none so far; the first captions are being made" : latents + " so far";
    }

    private long latents(String source) {
        return total(Meter.STAGE_RECORDS, Map.of("stage", EncoderStages.JOIN, "source", source, "outcome", "joined"));
    }

    private static double rateOf(String name, List<Progress.Stage> stages) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .mapToDouble(Progress.Stage::perSecond)
                .sum();
    }

    /** Returns whether the other networks have processed every image: one whose batches take long has no rate in between. */
    private boolean isCaughtUp() {
        long written = ingested("admitted") + ingested("renewed");
        return received(CaptioningStage.NAME) >= written && received(EncoderStages.ENCODING) >= written;
    }

    private long ingested(String outcome) {
        return total(Meter.STAGE_RECORDS, Map.of("stage", "ingest", "outcome", outcome));
    }

    private long received(String stage) {
        return total(Meter.STAGE_RECEIVED, Map.of("stage", stage));
    }

    private List<Progress.Stage> stages(Collection<SourceProgress> sources, long now) {
        long ingested = total(Meter.STAGE_RECORDS, Map.of("stage", "ingest"));
        long refused = ingested - ingested("admitted") - ingested("repeated") - ingested("renewed");
        List<Progress.Stage> stages = new ArrayList<>();
        stages.add(stage(
                "sources",
                sources.stream().mapToLong(SourceProgress::sent).sum(),
                now,
                sources.stream().map(DemoMonitor::note).collect(Collectors.joining(", "))));
        stages.add(stage("ingest", ingested, now, refused == 0 ? "" : refused + " refused"));
        stages.add(stage(CaptioningStage.NAME, received(CaptioningStage.NAME), now, ""));
        stages.add(stage("encoder", received(EncoderStages.ENCODING), now, ""));
        return stages;
    }

    private static String note(SourceProgress source) {
        long items = source.items();
        return source.total().isPresent()
                ? "%s %d of %d".formatted(source.source(), items, source.total().getAsLong())
                : "%s %d".formatted(source.source(), items);
    }

    private Progress.Stage stage(String name, long done, long now, String note) {
        double rate = rates.computeIfAbsent(name, unused -> new RecentRate()).of(now, done);
        return new Progress.Stage(name, done, "images", rate, note);
    }

    private long total(Meter meter, Map<String, String> labels) {
        return Math.round(meters.total(meter, labels));
    }

    /** The growth of a count over the last ten seconds. */
    private static final class RecentRate {
        private static final long WINDOW_NANOS = 10_000_000_000L;

        private final Deque<Sample> samples = new ArrayDeque<>();

        /** Adds the count at a moment, and returns its growth per second; 0 at the first call. */
        double of(long nanoTime, long count) {
            samples.addLast(new Sample(nanoTime, count));
            while (samples.size() > 2 && nanoTime - samples.getFirst().nanoTime() > WINDOW_NANOS) {
                samples.removeFirst();
            }
            Sample first = samples.getFirst();
            long nanos = nanoTime - first.nanoTime();
            return nanos <= 0 ? 0 : (count - first.count()) * 1e9 / nanos;
        }

        private record Sample(long nanoTime, long count) {}
    }
}
