package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Changes the mixture policy. */
@Command(name = "mixture", description = "Change what running trainers draw; takes effect within two steps.")
final class SetMixtureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PolicyEdit edit = new PolicyEdit();

    @Option(
            names = "--weight",
            paramLabel = "SOURCE=WEIGHT",
            description =
                    "Weight of a source, or of all sources that match a pattern such as \"web-*\"; the given weights replace all current ones.")
    private Map<String, Double> weights = new LinkedHashMap<>();

    @Option(names = "--default-weight", paramLabel = "WEIGHT", description = "Share of each source without a weight.")
    private @Nullable Double defaultWeight;

    @Option(
            names = "--alt-text",
            paramLabel = "P",
            description = "Probability of the alt text if an image has both kinds of caption.")
    private @Nullable Double altText;

    @Option(
            names = "--level",
            paramLabel = "NAME=WEIGHT",
            description =
                    "Share of a density level among synthetic captions; the given levels replace all current ones.")
    private Map<String, Double> levels = new LinkedHashMap<>();

    @Option(
            names = "--caption-drop",
            paramLabel = "P",
            description = "Probability of an empty caption, for classifier-free guidance.")
    private @Nullable Double captionDrop;

    @Option(
            names = "--objective",
            paramLabel = "SOURCE=WEIGHT",
            description =
                    "Weight of a source in the objective, by name or pattern: its loss is weighted by this share over that of --weight. The given weights replace all current ones.")
    private Map<String, Double> objective = new LinkedHashMap<>();

    @Option(names = "--no-objective", description = "Weight all losses alike: the objective is what is sampled.")
    private boolean noObjective;

    @Option(
            names = "--schedule",
            paramLabel = RampCodec.FORM,
            converter = RampCodec.class,
            description =
                    "Change a value over the steps of each run: hold from a step on, or follow a linear or cosine ramp. DIAL is weight/SOURCE, objective/SOURCE, level/NAME, default-weight, alt-text or caption-drop, for example \"alt-text=cosine:1000-5000:0.1\" or \"weight/web-*=hold:2000:0\". The given ramps replace all current ones.")
    private List<MixtureRamp> schedule = new ArrayList<>();

    @Option(names = "--no-schedule", description = "Remove all ramps: the values before them apply again.")
    private boolean noSchedule;

    @Override
    public Integer call() throws Exception {
        refuseBoth(noObjective && !objective.isEmpty(), "--no-objective", "--objective");
        refuseBoth(noSchedule && !schedule.isEmpty(), "--no-schedule", "--schedule");
        edit.apply(
                PolicyKind.MIXTURE,
                PolicyKind.EVERYWHERE,
                changed(withScheduledNames()),
                (writer, author) -> writer.changeMixture(this::changed, author));
        return 0;
    }

    private void refuseBoth(boolean given, String removing, String setting) {
        if (given) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s removes what %s sets: give one of them; %s alone replaces all that is set"
                            .formatted(removing, setting, setting));
        }
    }

    /** The current weights may name sources, so that whatever a given ramp starts from has a weight here. */
    private MixturePolicy withScheduledNames() {
        Map<String, Double> weightOne = new TreeMap<>(Map.of(PolicyKind.EVERYWHERE, 1.0));
        schedule.forEach(ramp -> weightOne.put(ramp.getName(), 1.0));
        weightOne.remove("");
        return MixturePolicy.newBuilder(PolicyRules.builtInMixture())
                .setSourceWeights(weightOne)
                .setObjectiveWeights(weightOne)
                .build();
    }

    /** A value that is given applies from now on: its ramps are removed. */
    private MixturePolicy changed(MixturePolicy policy) {
        MixturePolicy.Builder changed = MixturePolicy.newBuilder(policy);
        Set<MixtureDial> set = EnumSet.noneOf(MixtureDial.class);
        if (!weights.isEmpty()) {
            changed.setSourceWeights(weights);
            set.add(MixtureDial.SOURCE_WEIGHT);
        }
        if (defaultWeight != null) {
            changed.setDefaultWeight(defaultWeight);
            set.add(MixtureDial.DEFAULT_WEIGHT);
        }
        if (altText != null) {
            changed.setAltTextProbability(altText);
            set.add(MixtureDial.ALT_TEXT_PROBABILITY);
        }
        if (!levels.isEmpty()) {
            changed.setLevelWeights(levels);
            set.add(MixtureDial.LEVEL_WEIGHT);
        }
        if (captionDrop != null) {
            changed.setCaptionDrop(captionDrop);
            set.add(MixtureDial.CAPTION_DROP);
        }
        if (noObjective || !objective.isEmpty()) {
            changed.setObjectiveWeights(objective);
            set.add(MixtureDial.OBJECTIVE_WEIGHT);
        }
        return changed.setSchedule(schedule(policy, set)).build();
    }

    private List<MixtureRamp> schedule(MixturePolicy policy, Set<MixtureDial> set) {
        if (noSchedule || !schedule.isEmpty()) {
            return schedule;
        }
        return policy.getSchedule().stream()
                .filter(ramp -> !set.contains(ramp.getDial()))
                .toList();
    }
}
