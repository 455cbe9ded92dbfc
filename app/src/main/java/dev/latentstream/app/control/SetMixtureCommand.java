package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.MixturePolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes the mixture policy. */
@Command(name = "mixture", description = "Change what running trainers draw; takes effect within two steps.")
final class SetMixtureCommand implements Callable<Integer> {
    @Mixin
    private PolicyEdit edit = new PolicyEdit();

    @Option(
            names = "--weight",
            paramLabel = "SOURCE=WEIGHT",
            description = "Share of a source; the given weights replace all current ones.")
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

    @Override
    public Integer call() throws Exception {
        edit.apply(
                PolicyKind.MIXTURE,
                PolicyKind.EVERYWHERE,
                changed(MixturePolicy.newBuilder(PolicyRules.builtInMixture())
                        .setSourceWeights(Map.of(PolicyKind.EVERYWHERE, 1.0)) // the current ones may name sources
                        .build()),
                (writer, author) -> writer.changeMixture(this::changed, author));
        return 0;
    }

    private MixturePolicy changed(MixturePolicy policy) {
        MixturePolicy.Builder changed = MixturePolicy.newBuilder(policy);
        if (!weights.isEmpty()) {
            changed.setSourceWeights(weights);
        }
        if (defaultWeight != null) {
            changed.setDefaultWeight(defaultWeight);
        }
        if (altText != null) {
            changed.setAltTextProbability(altText);
        }
        if (!levels.isEmpty()) {
            changed.setLevelWeights(levels);
        }
        if (captionDrop != null) {
            changed.setCaptionDrop(captionDrop);
        }
        return changed.build();
    }
}
