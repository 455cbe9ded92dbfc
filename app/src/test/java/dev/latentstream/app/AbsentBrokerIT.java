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
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is away for less than {@code kafka.patience}, and returns at the same address with its data. */
class AbsentBrokerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final Duration ABSENCE = Duration.ofSeconds(6);

    @TempDir
    private Path folder;

    /** A broker that can be stopped and started again, and a registry that stays. */
    private static final class Restartable implements Cluster {
        private final Path data;
        private final int port = EmbeddedBroker.freePort();
        private EmbeddedBroker broker;
        private final EmbeddedRegistry registry;

        Restartable(Path data) throws IOException {
            this.data = data;
            this.broker = EmbeddedBroker.start(data, port);
            this.registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0, Administration.REFUSED);
        }

        void stopBroker() {
            broker.close();
        }

        void startBroker() throws IOException {
            broker = EmbeddedBroker.start(data, port);
        }

        @Override
        public String bootstrapServers() {
            return broker.bootstrapServers();
        }

        @Override
        public String schemaRegistryUrl() {
            return registry.url();
        }

        @Override
        public void close() {
            registry.close();
            broker.close();
        }
    }

    @Test
    void everyStageTheSourceAndTheTrainerWaitAndContinue() throws Exception {
        try (Restartable cluster = new Restartable(folder.resolve("broker"));
                RunningPipeline pipeline = RunningPipeline.start(cluster, folder, List.of("scenes"))) {
            CommittedLog log = new CommittedLog(cluster, pipeline.connection());
            awaitStep(pipeline, 3);

            cluster.stopBroker();
            await().during(ABSENCE).atMost(ABSENCE.plusSeconds(5)).untilAsserted(pipeline::check);
            cluster.startBroker();

            int before = pipeline.training().path("step").asInt();
            List<String> latentsBefore = log.keys("latents-scenes");
            pipeline.await(
                    PATIENCE, POLL_INTERVAL, () -> log.keys("latents-scenes").size() >= latentsBefore.size() + 8);
            awaitStep(pipeline, before + 3);
            List<String> raw = log.keys("images-raw");
            List<String> images = log.keys("images");
            assertThat(images).as("admitted twice").doesNotHaveDuplicates();
            assertThat(new HashSet<>(raw)).as("sent").containsAll(images);
        }
    }

    private static void awaitStep(RunningPipeline pipeline, int step) throws Exception {
        pipeline.await(
                PATIENCE, POLL_INTERVAL, () -> pipeline.training().path("step").asInt() >= step);
    }
}
