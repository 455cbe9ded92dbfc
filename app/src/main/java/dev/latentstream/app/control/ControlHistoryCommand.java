package dev.latentstream.app.control;

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
import picocli.CommandLine.Spec;

/** Prints every version of the policies. */
@Command(
        name = "history",
        description = "Print every version of the policies, the oldest first: author, time, reason and what changed.")
final class ControlHistoryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Mixin
    private PolicyChoice choice = new PolicyChoice();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Meters meters = new Meters()) {
            PolicyHistory history = PolicyHistory.read(cluster.connection(), meters);
            List<String> keys = history.keys().stream().filter(choice::includes).toList();
            choice.noteNone(spec, keys.isEmpty());
            if (json) {
                out.println(PolicyView.history(history, keys).toPrettyString());
            } else {
                keys.forEach(key -> print(out, key, history.versions(key)));
            }
        }
        return 0;
    }

    private static void print(PrintWriter out, String key, List<Policy> versions) {
        long first = versions.get(0).getVersion();
        if (first > 1) {
            out.println("%s: versions before %d were lost while control was compacted".formatted(key, first));
        }
        @Nullable Policy before = first == 1 ? builtIn(key) : null;
        for (Policy policy : versions) {
            out.println(PolicyView.heading(key, policy));
            if (before == null) {
                out.println("    " + PolicyView.body(policy));
            } else {
                PolicyDifference.between(before, policy).forEach(difference -> out.println("    " + difference.line()));
            }
            before = policy;
        }
    }

    /** The first version of all sources follows the built-in policy; that of one source is printed whole. */
    private static @Nullable Policy builtIn(String key) {
        return PolicyKind.ofKey(key)
                .filter(kind -> key.equals(kind.key(PolicyKind.EVERYWHERE)))
                .map(PolicyHistory::builtIn)
                .orElse(null);
    }
}
