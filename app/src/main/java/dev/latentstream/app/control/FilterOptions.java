package dev.latentstream.app.control;

import dev.latentstream.schemas.FilterPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that change a filter policy. */
public final class FilterOptions {
    @Option(names = "--min-side", paramLabel = "PIXELS", description = "Minimum length of the original's shorter side.")
    private @Nullable Integer minSide;

    @Option(names = "--max-aspect", paramLabel = "RATIO", description = "Maximum ratio of longer to shorter side.")
    private @Nullable Double maxAspect;

    @Option(
            names = "--min-score",
            paramLabel = "NAME=BOUND",
            description =
                    "Minimum of a measurement, for example sharpness=20; the given bounds replace all current ones.")
    private Map<String, Double> minScores = new LinkedHashMap<>();

    @Option(
            names = "--max-score",
            paramLabel = "NAME=BOUND",
            description = "Maximum of a measurement; the given bounds replace all current ones.")
    private Map<String, Double> maxScores = new LinkedHashMap<>();

    @Option(
            names = "--near-duplicates",
            paramLabel = "BITS",
            description =
                    "Refuse an image whose perceptual hash differs in at most this many of 256 bits from that of an earlier one, for"
                            + " example 24; 0 admits near duplicates. Needs ingest.near-duplicates.enabled.")
    private @Nullable Integer nearDuplicates;

    @Option(
            names = "--require",
            paramLabel = "RULE",
            description =
                    "Admit only images whose attributes satisfy this, for example \"license in (cc0, cc-by) and lang = en\";"
                            + " \"\" for none. An attribute that is absent satisfies no comparison.")
    private @Nullable String require;

    @Option(
            names = "--opt-outs",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether images are refused that ingest's opt-out lists name; they are never fetched.")
    private @Nullable Boolean optOuts;

    @ArgGroup(exclusive = false, validate = false, heading = "Texts:%n")
    private AltTextOptions texts = new AltTextOptions();

    /** Returns a policy with the given options instead of its own values. */
    public FilterPolicy changed(FilterPolicy policy) {
        FilterPolicy.Builder changed = FilterPolicy.newBuilder(policy);
        if (minSide != null) {
            changed.setMinSide(minSide);
        }
        if (maxAspect != null) {
            changed.setMaxAspectRatio(maxAspect);
        }
        if (nearDuplicates != null) {
            changed.setNearDuplicateDistance(nearDuplicates);
        }
        if (require != null) {
            changed.setRequire(require.strip());
        }
        if (optOuts != null) {
            changed.setOptOuts(optOuts);
        }
        texts.changed(policy.getAltText()).ifPresent(changed::setAltText);
        if (!minScores.isEmpty()) {
            changed.setMinScores(minScores);
        }
        if (!maxScores.isEmpty()) {
            changed.setMaxScores(maxScores);
        }
        return changed.build();
    }
}
