package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The schedule of a mixture policy. Its values at a step are a function of the policy and the step alone, equal on every machine, so that
 * a run that is resumed or replayed computes the same ones.
 *
 * <p>Each value starts as the policy has it. A ramp leads from the value before it to its own, from {@code from_step} to {@code to_step};
 * the value then stays until the next ramp.
 */
public final class MixtureSchedule {
    private MixtureSchedule() {}

    /**
     * A value of a mixture policy.
     *
     * @param name source, pattern or density level; empty if the dial has no name
     */
    public record Value(MixtureDial dial, String name) {
        public static Value of(MixtureRamp ramp) {
            return new Value(ramp.getDial(), ramp.getName());
        }

        /** Returns the name for messages, for example {@code source-weight web-*}. */
        @Override
        public String toString() {
            return (KebabCase.of(dial) + " " + name).strip();
        }
    }

    /** Returns the policy in force at a step of a run, without a schedule. */
    public static MixturePolicy at(MixturePolicy policy, long step) {
        if (policy.getSchedule().isEmpty()) {
            return policy;
        }
        MixturePolicy now = MixturePolicy.newBuilder(policy)
                .setSourceWeights(new HashMap<>(policy.getSourceWeights()))
                .setObjectiveWeights(new HashMap<>(policy.getObjectiveWeights()))
                .setLevelWeights(new HashMap<>(policy.getLevelWeights()))
                .setSchedule(List.of())
                .build();
        ramps(policy).forEach((value, ramps) -> set(now, value, at(start(policy, value), ramps, step)));
        return now;
    }

    /** Returns the ramps that have not reached their values at a step, by the step at which they start. */
    public static List<MixtureRamp> ahead(MixturePolicy policy, long step) {
        return policy.getSchedule().stream()
                .filter(ramp -> ramp.getToStep() > step)
                .sorted(Comparator.comparingLong(MixtureRamp::getFromStep))
                .toList();
    }

    /** Returns the ramps of each value, in the order of their steps. */
    static SortedMap<Value, List<MixtureRamp>> ramps(MixturePolicy policy) {
        SortedMap<Value, List<MixtureRamp>> ramps =
                new TreeMap<>(Comparator.comparing(Value::dial).thenComparing(Value::name));
        policy.getSchedule().stream()
                .sorted(Comparator.comparingLong(MixtureRamp::getFromStep))
                .forEach(ramp -> ramps.computeIfAbsent(Value.of(ramp), v -> new ArrayList<>())
                        .add(ramp));
        return ramps;
    }

    /** Returns the value before its first ramp; empty if the policy does not list a weight. */
    static Optional<Double> listed(MixturePolicy policy, Value value) {
        return switch (value.dial()) {
            case SOURCE_WEIGHT -> weight(policy.getSourceWeights(), value);
            case DEFAULT_WEIGHT -> Optional.of(policy.getDefaultWeight());
            case OBJECTIVE_WEIGHT -> weight(policy.getObjectiveWeights(), value);
            case ALT_TEXT_PROBABILITY -> Optional.of(policy.getAltTextProbability());
            case LEVEL_WEIGHT ->
                Optional.of(policy.getLevelWeights().getOrDefault(value.name(), 1.0)); // as without a weight
            case CAPTION_DROP -> Optional.of(policy.getCaptionDrop());
            case UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Double> weight(Map<String, Double> weights, Value value) {
        return Optional.ofNullable(weights.get(value.name()));
    }

    private static double start(MixturePolicy policy, Value value) {
        return listed(policy, value)
                .orElseThrow(() -> new IllegalArgumentException("%s has no value to start from".formatted(value)));
    }

    private static double at(double start, List<MixtureRamp> ramps, long step) {
        double value = start;
        for (MixtureRamp ramp : ramps) {
            if (step < ramp.getFromStep()) {
                break;
            }
            value = at(value, ramp, step);
        }
        return value;
    }

    private static double at(double before, MixtureRamp ramp, long step) {
        if (step >= ramp.getToStep()) {
            return ramp.getValue();
        }
        double share = (double) (step - ramp.getFromStep()) / (ramp.getToStep() - ramp.getFromStep());
        double way =
                switch (ramp.getShape()) {
                    case HOLD, LINEAR -> share;
                    case COSINE -> (1 - StrictMath.cos(StrictMath.PI * share)) / 2; // Math.cos may differ by machine
                };
        return before + way * (ramp.getValue() - before);
    }

    private static void set(MixturePolicy policy, Value value, double number) {
        switch (value.dial()) {
            case SOURCE_WEIGHT -> policy.getSourceWeights().put(value.name(), number);
            case DEFAULT_WEIGHT -> policy.setDefaultWeight(number);
            case OBJECTIVE_WEIGHT -> policy.getObjectiveWeights().put(value.name(), number);
            case ALT_TEXT_PROBABILITY -> policy.setAltTextProbability(number);
            case LEVEL_WEIGHT -> policy.getLevelWeights().put(value.name(), number);
            case CAPTION_DROP -> policy.setCaptionDrop(number);
            case UNKNOWN -> throw new IllegalArgumentException("a value that this version does not know");
        }
    }
}
