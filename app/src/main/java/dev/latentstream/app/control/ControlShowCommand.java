package dev.latentstream.app.control;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
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
import picocli.CommandLine.Spec;

/** Prints the current policies. */
@Command(name = "show", description = "Print every current policy with its version; version 0 is built in.")
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

    @Option(names = "--json", description = "Print a JSON array; of a run, an object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Meters meters = new Meters()) {
            if (run != null) {
                print(run, meters, out);
                return 0;
            }
            Map<String, Policy> policies =
                    Policies.current(cluster.connection(), meters).all();
            if (json) {
                out.println(PolicyView.json(policies).toPrettyString());
            } else {
                PolicyView.withBuiltIn(policies).forEach((key, policy) -> out.println(PolicyView.line(key, policy)));
            }
        }
        return 0;
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
}
