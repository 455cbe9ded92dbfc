package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.policy.MixtureSchedule.Value;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rules of a mixture policy, at each step of its schedule. */
final class MixtureRules {
    /** A schedule is written by a person, who can still read so many. */
    static final int MOST_RAMPS = 64;

    /** More steps than any run takes, and exact in a double. */
    static final long LAST_STEP = 1_000_000_000_000L;

    private static final String PATTERN = "[a-zA-Z0-9*-]+";

    private MixtureRules() {}

    static void check(MixturePolicy policy) {
        checkValues(policy);
        checkSchedule(policy);
        for (long step : turns(policy)) {
            try {
                checkValues(MixtureSchedule.at(policy, step));
            } catch (IllegalArgumentException refused) {
                throw new IllegalArgumentException("at step %d: %s".formatted(step, refused.getMessage()), refused);
            }
        }
    }

    private static void checkValues(MixturePolicy policy) {
        checkWeights("source_weights", policy.getSourceWeights());
        PolicyRules.checkWeight("default_weight", policy.getDefaultWeight());
        if (policy.getDefaultWeight() == 0) { // sources that are not listed would all have weight 0
            PolicyRules.checkSum(
                    "source_weights with default_weight 0",
                    policy.getSourceWeights().values());
        }
        policy.getLevelWeights().forEach((level, weight) -> {
            Checks.nonBlank("level_weights: a name", level);
            PolicyRules.checkWeight("level_weights " + level, weight);
        });
        Checks.between("alt_text_probability", policy.getAltTextProbability(), 0, 1);
        Checks.between("caption_drop", policy.getCaptionDrop(), 0, 1);
        checkObjective(policy);
    }

    private static void checkWeights(String name, Map<String, Double> weights) {
        weights.forEach((source, weight) -> {
            Checks.nonBlank(name + ": a name", source);
            PolicyRules.checkWeight(name + " " + source, weight);
            if (SourceWeights.isPattern(source) && !source.matches(PATTERN)) {
                throw new IllegalArgumentException(
                        "%s: the pattern %s has characters other than letters, digits, hyphens and *"
                                .formatted(name, source));
            }
        });
    }

    /** A source that is never drawn cannot be part of the objective. */
    private static void checkObjective(MixturePolicy policy) {
        checkWeights("objective_weights", policy.getObjectiveWeights());
        policy.getObjectiveWeights().forEach((source, objective) -> {
            double sampled = SourceWeights.of(policy.getSourceWeights(), source).orElse(policy.getDefaultWeight());
            if (objective > 0 && sampled == 0 && !SourceWeights.isPattern(source)) {
                throw new IllegalArgumentException(
                        "objective_weights %s %s is above 0, but its weight among source_weights is 0.0"
                                .formatted(source, objective));
            }
        });
    }

    private static void checkSchedule(MixturePolicy policy) {
        Checks.between("schedule: the number of ramps", policy.getSchedule().size(), 0, MOST_RAMPS);
        MixtureSchedule.ramps(policy).forEach((value, ramps) -> {
            checkName(policy, value);
            long reached = 0;
            for (MixtureRamp ramp : ramps) {
                checkSteps(value, ramp, reached);
                checkValue(value, ramp.getValue());
                reached = ramp.getToStep();
            }
        });
    }

    private static void checkName(MixturePolicy policy, Value value) {
        if (value.dial() == MixtureDial.UNKNOWN) {
            throw new IllegalArgumentException("schedule: it changes a value that this version does not know");
        }
        boolean named =
                switch (value.dial()) {
                    case SOURCE_WEIGHT, OBJECTIVE_WEIGHT, LEVEL_WEIGHT -> true;
                    case DEFAULT_WEIGHT, ALT_TEXT_PROBABILITY, CAPTION_DROP, UNKNOWN -> false;
                };
        if (named == value.name().isBlank()) {
            throw new IllegalArgumentException(
                    named
                            ? "schedule %s: a name is missing".formatted(value)
                            : "schedule %s: %s has no name".formatted(value, KebabCase.of(value.dial())));
        }
        if (MixtureSchedule.listed(policy, value).isEmpty()) {
            throw new IllegalArgumentException(
                    "schedule %s: its weight is not listed, so that it has none to start from".formatted(value));
        }
    }

    private static void checkSteps(Value value, MixtureRamp ramp, long reached) {
        Checks.between("schedule %s: step".formatted(value), ramp.getFromStep(), 0, LAST_STEP);
        Checks.between("schedule %s: step".formatted(value), ramp.getToStep(), 0, LAST_STEP);
        if (ramp.getFromStep() < reached) {
            throw new IllegalArgumentException("schedule %s: step %d is before step %d, where the ramp before it ends"
                    .formatted(value, ramp.getFromStep(), reached));
        }
        boolean held = ramp.getShape() == RampShape.HOLD;
        if (held && ramp.getFromStep() != ramp.getToStep()) {
            throw new IllegalArgumentException("schedule %s: hold has one step, not %d and %d"
                    .formatted(value, ramp.getFromStep(), ramp.getToStep()));
        }
        if (!held && ramp.getFromStep() >= ramp.getToStep()) {
            throw new IllegalArgumentException("schedule %s: a ramp from step %d ends at step %d, not after it"
                    .formatted(value, ramp.getFromStep(), ramp.getToStep()));
        }
    }

    private static void checkValue(Value value, double number) {
        switch (value.dial()) {
            case SOURCE_WEIGHT, DEFAULT_WEIGHT, OBJECTIVE_WEIGHT, LEVEL_WEIGHT ->
                PolicyRules.checkWeight("schedule " + value, number);
            case ALT_TEXT_PROBABILITY, CAPTION_DROP, UNKNOWN -> Checks.between("schedule " + value, number, 0, 1);
        }
    }

    /**
     * The steps at which a value starts or ends to change, and the step before it jumps. Between two of them each value is between its two
     * ends, and 0 only if both are: a rule that holds at these steps holds at all.
     */
    private static SortedSet<Long> turns(MixturePolicy policy) {
        SortedSet<Long> turns = new TreeSet<>();
        for (MixtureRamp ramp : policy.getSchedule()) {
            boolean held = ramp.getShape() == RampShape.HOLD;
            turns.add(held ? Math.max(0, ramp.getFromStep() - 1) : ramp.getFromStep());
            turns.add(ramp.getToStep());
        }
        return turns;
    }
}
