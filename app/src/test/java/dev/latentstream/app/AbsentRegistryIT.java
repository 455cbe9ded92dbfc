package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.RunningPipeline;
import dev.latentstream.registry.Administration;
import dev.latentstream.registry.EmbeddedRegistry;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.registry.testing.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema registry that is away for less than {@code kafka.patience}, while the stages know no schema yet. */
class AbsentRegistryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    /** Longer than three retries. */
    private static final Duration ABSENCE = Duration.ofSeconds(8);

    @TempDir
    private Path folder;

    private record WithoutRegistry(EmbeddedBroker broker, int port) implements Cluster {
        @Override
        public String bootstrapServers() {
            return broker.bootstrapServers();
        }

        @Override
        public String schemaRegistryUrl() {
            return "http://127.0.0.1:" + port;
        }

        EmbeddedRegistry registry() throws IOException {
            return EmbeddedRegistry.start(broker.bootstrapServers(), port, Administration.REFUSED);
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    @Test
    void everyStageTheSourceAndTheTrainerWaitAndContinue() throws Exception {
        try (WithoutRegistry cluster = new WithoutRegistry(
                EmbeddedBroker.start(folder.resolve("broker"), EmbeddedBroker.freePort()), EmbeddedBroker.freePort())) {
            int first = stepAfterAbsence(cluster, 3); // the source must write its first record
            int then = stepAfterAbsence(
                    cluster, first + 3); // each stage must read its backlog, and the trainer its ledger
            assertThat(then).isGreaterThan(first);
        }
    }

    private int stepAfterAbsence(WithoutRegistry cluster, int least) throws Exception {
        try (RunningPipeline pipeline = RunningPipeline.start(cluster, folder, List.of("scenes"))) {
            await().during(ABSENCE).atMost(ABSENCE.plusSeconds(5)).untilAsserted(pipeline::check);
            try (EmbeddedRegistry registry = cluster.registry()) {
                pipeline.await(PATIENCE, POLL_INTERVAL, () -> step(pipeline) >= least);
                CommittedLog log = new CommittedLog(cluster, pipeline.connection());
                assertThat(log.keys("images")).as("admitted twice").doesNotHaveDuplicates();
                return step(pipeline);
            }
        }
    }

    private static int step(RunningPipeline pipeline) throws Exception {
        return pipeline.training().path("step").asInt();
    }
}
