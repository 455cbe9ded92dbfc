package dev.latentstream.app;

import dev.latentstream.runtime.KafkaConnection;
import dev.latentstream.runtime.Meters;
import dev.latentstream.runtime.Policies;
import dev.latentstream.runtime.PolicyKind;
import dev.latentstream.runtime.PolicyWriter;
import dev.latentstream.runtime.TopicSetup;
import dev.latentstream.schemas.Policy;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that change a policy have in common: look at the one in force, write the next one, say so. */
final class PolicyEdit {
    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Who changes it, for the record. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    /** @param change makes the next policy out of those in force, and writes it */
    void apply(PolicyKind kind, String scope, PrintWriter out, Change change) throws Exception {
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().control()));
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters)) {
            policies.start();
            PolicyWriter writer = new PolicyWriter(connection, meters, Clock.systemUTC());
            out.println(PolicyView.line(kind.key(scope), change.write(policies, writer, author)));
        }
    }

    /** Makes a policy and writes it. */
    interface Change {
        Policy write(Policies inForce, PolicyWriter writer, String author);
    }
}
