package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.StopSignal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the embedded broker and schema registry until Control-C. */
@Command(
        name = "broker",
        description = "Run a single-node Kafka broker and a schema registry on this machine until Control-C.")
public final class BrokerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private LocalClusterOptions ports = new LocalClusterOptions();

    @Override
    public Integer call() throws Exception {
        ports.check();
        DataFolder folder = data.folder();
        PrintWriter out = spec.commandLine().getOut();
        LocalCluster cluster = LocalCluster.start(folder, ports); // a signal ends this wait, and with it the broker
        try (StopSignal stop = StopSignal.ofProcess();
                cluster) {
            out.println("Kafka broker     " + cluster.address().bootstrapServers());
            out.println("Schema registry  " + cluster.address().schemaRegistryUrl());
            out.println("Data             " + folder.path());
            out.println("Stop them with Control-C.");
            CompletableFuture.anyOf(stop.requested(), cluster.ended()).join();
            if (!stop.isRequested()) {
                throw cluster.failure();
            }
        }
        return 0;
    }
}
