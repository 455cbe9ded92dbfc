package dev.latentstream.app.control;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.PolicyHistory;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.schemas.Policy;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two versions of a policy. */
@Command(name = "diff", description = "Print the fields in which two versions of a policy differ.")
final class ControlDiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "KIND", description = "Kind of policy: ${COMPLETION-CANDIDATES}.")
    private PolicyKind kind = PolicyKind.MIXTURE;

    @Parameters(index = "1", paramLabel = "A", description = "A version; 0 is the built-in policy.")
    private long first;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "B",
            description = "The version to compare with. Default: the newest")
    private @Nullable Long second;

    @Option(
            names = PolicyEdit.SCOPE,
            paramLabel = "S",
            description = "Compare the policies of this source. Default: those of all sources",
            defaultValue = PolicyKind.EVERYWHERE)
    private String source = PolicyKind.EVERYWHERE;

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Meters meters = new Meters()) {
            PolicyHistory history = PolicyHistory.read(cluster.connection(), meters);
            Policy from = Usage.requireValid(spec, () -> history.version(kind, source, first));
            Long other = second;
            Policy to = other == null
                    ? history.newest(kind, source)
                    : Usage.requireValid(spec, () -> history.version(kind, source, other));
            List<PolicyDifference> differences = PolicyDifference.between(from, to);
            if (json) {
                out.println(PolicyDifference.json(differences).toPrettyString());
                return 0;
            }
            out.println("- " + PolicyView.heading(kind.key(source), from));
            out.println("+ " + PolicyView.heading(kind.key(source), to));
            differences.forEach(difference -> out.println("    " + difference.line()));
            if (differences.isEmpty()) {
                out.println("    no difference");
            }
        }
        return 0;
    }
}
