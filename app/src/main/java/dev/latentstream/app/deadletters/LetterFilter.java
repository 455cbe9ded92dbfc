package dev.latentstream.app.deadletters;

import dev.latentstream.app.cli.SeenNames;
import dev.latentstream.app.cli.Times;
import dev.latentstream.app.cli.Usage;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that choose dead letters. */
final class LetterFilter {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--stage", paramLabel = "S", description = "Only letters of this stage.")
    private @Nullable String stage;

    @Option(
            names = "--error",
            paramLabel = "CLASS",
            description = "Only letters with this error: the name of its class, or the last part of it.")
    private @Nullable String error;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only letters of this time or later: 2026-11-01 or 2026-11-01T10:00:00Z.")
    private @Nullable String since;

    private final SeenNames stages = new SeenNames();

    /** Returns the test that the options describe; a wrong one is a usage error. */
    Predicate<Letter> predicate() {
        Instant from = Usage.requireValid(spec, () -> since == null ? Instant.MIN : Times.parse("since", since));
        return letter -> stages.matches(stage, letter.stage())
                && (error == null || isNamed(letter.exception(), error))
                && !letter.time().isBefore(from);
    }

    /** Warns of a stage of which no letter was tested. */
    void warnOfUnknownStage() {
        stages.warn(spec, stage, "no letter of stage");
    }

    private static boolean isNamed(String exception, String name) {
        return exception.equals(name) || exception.endsWith("." + name);
    }
}
