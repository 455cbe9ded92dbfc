package dev.latentstream.app.control;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.policy.SourceWeights;
import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import dev.latentstream.schemas.TrainingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which mixture policy to write from the reports of a run. It changes the weights of the sources that are sampled, and keeps their
 * sum, so that other sources keep their shares.
 *
 * <p>Each policy returns by itself to the weights of the last policy of a person: its schedule sets them some steps ahead, unless another
 * version is written before. Trainers thus leave the last mixture of a controller that was killed. Not thread-safe.
 */
final class MixtureController {
    private final MixturePolicy base;
    private final Limits limits;
    private ShareLimits shares; // those of the limits, wider where the sources need it
    private @Nullable String warning;
    private int sources; // of the last decision; 0 before the first
    private final OnlineDataMixing mixing;
    private final Map<String, Double> sums = new HashMap<>();
    private final Map<String, Long> counts = new HashMap<>();
    private long version;
    private long writtenAt; // nanoseconds

    /**
     * The limits of writing.
     *
     * @param interval shortest time between two versions
     * @param lease steps after which a version returns to the weights of the person
     */
    record Limits(ShareLimits shares, Duration interval, long lease) {}

    /**
     * @param base last policy that a person wrote
     * @param version newest version of the policy
     * @param nanoTime the present time
     */
    MixtureController(MixturePolicy base, long version, Limits limits, OnlineDataMixing mixing, long nanoTime) {
        requireSteady(base);
        this.base = base;
        this.version = version;
        this.limits = limits;
        this.shares = limits.shares();
        this.mixing = mixing;
        writtenAt = nanoTime;
    }

    /** The newest version of the policy that this controller knows. */
    long version() {
        return version;
    }

    /** Returns whether a report is under a version that somebody else wrote. */
    boolean isOvertaken(TrainingMetrics metrics) {
        return metrics.getMixturePolicy() > version;
    }

    /** Sets the version that was written. */
    void written(long newVersion, long nanoTime) {
        version = newVersion;
        writtenAt = nanoTime;
        sums.clear();
        counts.clear();
    }

    /**
     * Takes a report of the run.
     *
     * @return the policy to write; empty while there is too little to decide on
     */
    Optional<MixturePolicy> report(TrainingMetrics metrics, long nanoTime) {
        if (metrics.getMixturePolicy() != version) {
            return Optional.empty(); // of samples that were drawn before the last version
        }
        metrics.getSourceLosses().forEach(this::add);
        Map<String, Double> sampled = metrics.getSampling();
        boolean isEarly = nanoTime - writtenAt < limits.interval().toNanos();
        if (isEarly || sampled.size() < 2) {
            return Optional.empty();
        }
        fit(sampled.size());
        Map<String, Double> losses = new HashMap<>();
        sums.forEach((source, sum) -> losses.put(source, sum / counts.getOrDefault(source, 1L)));
        return Optional.of(policy(shares.apply(mixing.next(losses, sampled), sampled), metrics.getStep()));
    }

    /** Returns what there is to say about the last report, once. */
    Optional<String> takeWarning() {
        Optional<String> taken = Optional.ofNullable(warning);
        warning = null;
        return taken;
    }

    /**
     * Fits the limits to the number of sources.
     *
     * @throws Failure if the limits do not fit the sources that there are in the beginning
     */
    private void fit(int count) {
        if (sources == 0) {
            limits.shares().check(count);
        }
        if (sources != count) {
            shares = limits.shares().fitting(count);
            warning = shares.equals(limits.shares())
                    ? null
                    : "warning: %d sources now: %s".formatted(count, shares.difference(limits.shares()));
            sources = count;
        }
    }

    private void add(String source, GroupLoss loss) {
        sums.merge(source, (double) loss.getLoss() * loss.getSamples(), Double::sum);
        counts.merge(source, loss.getSamples(), Long::sum);
    }

    private MixturePolicy policy(SortedMap<String, Double> shares, long step) {
        SortedMap<String, Double> before = new TreeMap<>();
        shares.keySet()
                .forEach(source -> before.put(
                        source,
                        SourceWeights.of(base.getSourceWeights(), source).orElse(base.getDefaultWeight())));
        double scale = before.values().stream().mapToDouble(Double::doubleValue).sum();
        Map<String, Double> weights = new HashMap<>(base.getSourceWeights());
        shares.forEach((source, share) -> weights.put(source, share * scale));
        List<MixtureRamp> schedule = new ArrayList<>(base.getSchedule());
        long end = step + limits.lease();
        before.forEach((source, weight) ->
                schedule.add(new MixtureRamp(MixtureDial.SOURCE_WEIGHT, source, RampShape.HOLD, end, end, weight)));
        return MixturePolicy.newBuilder(base)
                .setSourceWeights(weights)
                .setSchedule(schedule)
                .build();
    }

    /** A schedule of the weights and a controller of them would contradict each other. */
    private static void requireSteady(MixturePolicy base) {
        base.getSchedule().stream()
                .filter(ramp ->
                        ramp.getDial() == MixtureDial.SOURCE_WEIGHT || ramp.getDial() == MixtureDial.DEFAULT_WEIGHT)
                .findFirst()
                .ifPresent(ramp -> {
                    throw new IllegalArgumentException(
                            "the mixture policy has the ramp %s: a controller needs weights without a schedule"
                                    .formatted(RampCodec.text(ramp)));
                });
    }
}
