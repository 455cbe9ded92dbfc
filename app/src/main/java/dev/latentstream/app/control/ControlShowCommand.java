package dev.latentstream.app.control;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyHistory;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.schemas.Policy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the current policies. */
@Command(name = "show", description = "Print current policies, or an earlier version of one; version 0 is built in.")
final class ControlShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(
            names = "--run",
            paramLabel = "R",
            description = "Print the mixture of a run instead: in force at the step that it has reached, and to come.")
    private @Nullable String run;

    @Mixin
    private PolicyChoice choice = new PolicyChoice();

    @Option(
            names = "--at-version",
            paramLabel = "N",
            description = "Print this version of the policy of KIND; 0 is the built-in policy.")
    private @Nullable Long version;

    @Option(names = "--json", description = "Print a JSON array; of a run, an object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Meters meters = new Meters()) {
            if (run != null) {
                requireRunAlone();
                print(run, meters, out);
                return 0;
            }
            Map<String, Policy> policies = version == null ? current(meters) : at(version, meters);
            choice.noteNone(spec, policies.isEmpty());
            if (json) {
                out.println(PolicyView.json(policies).toPrettyString());
            } else {
                policies.forEach((key, policy) -> out.println(PolicyView.line(key, policy)));
            }
        }
        return 0;
    }

    private void requireRunAlone() {
        if (version != null || !choice.isOpen()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--run prints the mixture that is in force in a run: leave KIND, --source and --at-version out");
        }
    }

    private void print(String name, Meters meters, PrintWriter out) throws IOException {
        KafkaConnection connection = cluster.connection();
        RunMixture mixture = RunMixture.read(
                connection, name, Policies.current(connection, meters).mixture());
        if (json) {
            out.println(mixture.json().toPrettyString());
        } else {
            mixture.lines().forEach(out::println);
        }
    }

    private Map<String, Policy> current(Meters meters) throws IOException {
        Map<String, Policy> policies = PolicyView.withBuiltIn(
                Policies.current(cluster.connection(), meters).all());
        policies.keySet().removeIf(key -> !choice.includes(key));
        return policies;
    }

    private Map<String, Policy> at(long wanted, Meters meters) throws IOException {
        PolicyKind kind = choice.kind();
        if (kind == null) {
            throw new ParameterException(
                    spec.commandLine(), "--at-version needs a kind: each policy has versions of its own");
        }
        PolicyHistory history = PolicyHistory.read(cluster.connection(), meters);
        Policy policy = Usage.requireValid(spec, () -> history.version(kind, choice.scope(), wanted));
        return Map.of(kind.key(choice.scope()), policy);
    }
}
