package dev.latentstream.app.ledger;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The run of a command, with the cluster that has its ledger. */
final class RunOption {
    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--run", paramLabel = "R", description = "Name of the run. Default: the only one in the ledger")
    private @Nullable String run;

    ConnectionOptions cluster() {
        return cluster;
    }

    /** Opens the topics and finds the run in its ledger. */
    void read(Action action) throws IOException {
        KafkaConnection connection = cluster.connection();
        try (TopicReader topics = new TopicReader(connection);
                LedgerReader ledger = new LedgerReader(connection, topics);
                LatentLog latents = LatentLog.open(connection)) {
            RunSteps found = ledger.run(run);
            action.read(new Opened(connection, found, ledger, latents));
        }
    }

    /** A run with the topics that it was read from. */
    record Opened(KafkaConnection connection, RunSteps run, LedgerReader ledger, LatentLog latents) {
        SampleRows rows() {
            return new SampleRows(run, connection.topics(), latents);
        }
    }

    /** Reads a run. */
    interface Action {
        void read(Opened opened) throws IOException;
    }
}
