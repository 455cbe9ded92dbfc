package dev.latentstream.app.demo;

import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.models.Threads;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts together how far a demo is, from the meters of its stages and from what its trainer tells, and divides the cores: as
 * long as other networks run beside it, the trainer leaves them half.
 */
final class DemoMonitor implements TrainingListener {
    private final Meters meters;
    private final long stepsBefore;
    private final long steps;
    private final int batchSize;
    private final LongSupplier nanoTime;
    private final long start;
    private final Map<String, RecentRate> rates = new HashMap<>();
    private final int cores;
    private volatile @Nullable TrainingMetrics latest;
    private volatile boolean alone;

    /**
     * Begins to count.
     *
     * @param stepsBefore steps of earlier demos on the same data
     * @param steps steps to take now
     * @param cores of this machine
     */
    DemoMonitor(Meters meters, long stepsBefore, long steps, int batchSize, int cores, LongSupplier nanoTime) {
        this.meters = meters;
        this.stepsBefore = stepsBefore;
        this.steps = steps;
        this.batchSize = batchSize;
        this.cores = cores;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Threads of each network's operators while several networks run. */
    static int shared(int cores) {
        return Math.max(1, cores / 2);
    }

    /** Threads of the trainer's operators. */
    int threads() {
        return alone ? cores : shared(cores);
    }

    @Override
    public void progress(TrainingMetrics metrics) {
        Threads.use(threads()); // this is the thread that trains
        latest = metrics;
    }

    Progress progress(Collection<SourceProgress> sources) {
        long now = nanoTime.getAsLong();
        TrainingMetrics metrics = latest;
        long step = Math.round(meters.total(Meter.TRAINER_STEPS, Map.of()));
        List<Progress.Stage> stages = stages(sources, now);
        alone = isCaughtUp() && stages.stream().allMatch(stage -> stage.perSecond() == 0);
        return new Progress(
                Duration.ofNanos(now - start),
                stages,
                step,
                steps,
                metrics == null ? 0 : metrics.getImagesPerSecond() / batchSize,
                metrics == null ? 0 : metrics.getLoss(),
                metrics == null ? 0 : metrics.getImagesPerSecond(),
                metrics == null ? 0 : metrics.getStall());
    }

    /** Steps of all demos on this data. */
    long totalSteps() {
        return stepsBefore + Math.round(meters.total(Meter.TRAINER_STEPS, Map.of()));
    }

    /** Whether the other networks have seen every image: one whose batches take long shows no rate in between. */
    private boolean isCaughtUp() {
        long admitted = total(Meter.STAGE_RECORDS, Map.of("stage", "ingest", "outcome", "admitted"));
        return received(CaptioningStage.NAME) >= admitted && received(EncoderStages.ENCODING) >= admitted;
    }

    private long received(String stage) {
        return total(Meter.STAGE_RECEIVED, Map.of("stage", stage));
    }

    private List<Progress.Stage> stages(Collection<SourceProgress> sources, long now) {
        long ingested = total(Meter.STAGE_RECORDS, Map.of("stage", "ingest"));
        long refused = ingested - total(Meter.STAGE_RECORDS, Map.of("stage", "ingest", "outcome", "admitted"));
        List<Progress.Stage> stages = new ArrayList<>();
        stages.add(stage(
                "sources",
                sources.stream().mapToLong(SourceProgress::sent).sum(),
                now,
                sources.stream().map(DemoMonitor::note).collect(Collectors.joining(", "))));
        stages.add(stage("ingest", ingested, now, refused == 0 ? "" : refused + " refused"));
        stages.add(stage("captioning", received(CaptioningStage.NAME), now, ""));
        stages.add(stage("encoder", received(EncoderStages.ENCODING), now, ""));
        return stages;
    }

    private static String note(SourceProgress source) {
        long seen = source.items();
        return source.total().isPresent()
                ? "%s %d of %d".formatted(source.source(), seen, source.total().getAsLong())
                : "%s %d".formatted(source.source(), seen);
    }

    private Progress.Stage stage(String name, long done, long now, String note) {
        double rate = rates.computeIfAbsent(name, unused -> new RecentRate()).of(now, done);
        return new Progress.Stage(name, done, "images", rate, note);
    }

    private long total(Meter meter, Map<String, String> labels) {
        return Math.round(meters.total(meter, labels));
    }
}
