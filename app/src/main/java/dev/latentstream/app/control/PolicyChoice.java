package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.schemas.KebabCase;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The policies that a command prints: all of them, those of a kind, of a source, or of both. */
final class PolicyChoice {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description = "Kind of policy: ${COMPLETION-CANDIDATES}. Default: all")
    private @Nullable PolicyKind kind;

    @Option(
            names = PolicyEdit.SCOPE,
            paramLabel = "S",
            description = "Only the policies of this source, * for those of all sources.")
    private @Nullable String source;

    /** Returns whether a key of {@code control} is chosen. */
    boolean includes(String key) {
        return PolicyKind.ofKey(key)
                .filter(of -> kind == null || kind == of)
                .filter(of -> source == null || key.equals(of.key(source)))
                .isPresent();
    }

    /** Returns whether all policies are chosen. */
    boolean isOpen() {
        return kind == null && source == null;
    }

    /** Prints a line if there is no policy as chosen. */
    void noteNone(CommandSpec command, boolean none) {
        if (none) {
            String what = kind == null ? "policy" : KebabCase.of(kind) + " policy";
            command.commandLine()
                    .getErr()
                    .println(
                            scope().equals(PolicyKind.EVERYWHERE)
                                    ? "no %s has been written: the built-in one applies".formatted(what)
                                    : "source \"%s\" has no %s of its own: that of all sources applies"
                                            .formatted(scope(), what));
        }
    }

    /** The chosen kind; null if all are. */
    @Nullable PolicyKind kind() {
        return kind;
    }

    /** The chosen scope, by default that of all sources. */
    String scope() {
        return source == null ? PolicyKind.EVERYWHERE : source;
    }
}
