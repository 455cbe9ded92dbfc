package dev.latentstream.app.rejections;

import dev.latentstream.app.cli.SeenNames;
import dev.latentstream.app.cli.Times;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RejectionReason;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that choose rejections. */
final class RejectionFilter {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--reason",
            paramLabel = "R",
            split = ",",
            description = "Only images that were refused for this reason, for example too-small; several by commas.")
    private List<String> reasons = List.of();

    @Option(names = "--source", paramLabel = "S", description = "Only images of this source.")
    private @Nullable String source;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only images that were refused at this time or later: 2026-11-01 or 2026-11-01T10:00:00Z.")
    private @Nullable String since;

    private final SeenNames sources = new SeenNames();

    /** Returns the test that the options describe; a wrong one is a usage error. */
    Predicate<RefusedImage> predicate() {
        return Usage.requireValid(spec, this::described);
    }

    /** Warns of a source of which no image was tested. */
    void warnOfUnknownSource() {
        sources.warn(spec, source, "no refused image of source");
    }

    private Predicate<RefusedImage> described() {
        reasons.forEach(RejectionFilter::requireReason);
        Instant from = since == null ? Instant.MIN : Times.parse("since", since);
        return image -> sources.matches(source, image.source())
                && (reasons.isEmpty() || reasons.contains(image.reason()))
                && !image.time().isBefore(from);
    }

    private static void requireReason(String given) {
        List<String> known =
                Arrays.stream(RejectionReason.values()).map(KebabCase::of).toList();
        if (!known.contains(given)) {
            throw new IllegalArgumentException("reason \"%s\" is not one of %s"
                    .formatted(given, known.stream().sorted().collect(Collectors.joining(", "))));
        }
    }
}
