package dev.latentstream.registry.testing;

import dev.latentstream.registry.Administration;
import dev.latentstream.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The broker of Kafka's own image in Docker; the embedded registry in this JVM. */
public final class TestcontainersCluster implements Cluster {
    private static final String IMAGE = "apache/kafka:4.3.1";

    private final KafkaContainer broker;
    private final EmbeddedRegistry registry;

    private TestcontainersCluster(KafkaContainer broker, EmbeddedRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    /** Skips the test if there is no Docker. */
    public static TestcontainersCluster start() {
        Assumptions.assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(), "no Docker, which -Dcluster=testcontainers needs");
        KafkaContainer broker = new KafkaContainer(IMAGE);
        broker.start();
        try {
            return new TestcontainersCluster(
                    broker, EmbeddedRegistry.start(broker.getBootstrapServers(), 0, Administration.ALLOWED));
        } catch (IOException e) {
            broker.stop();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String bootstrapServers() {
        return broker.getBootstrapServers();
    }

    @Override
    public String schemaRegistryUrl() {
        return registry.url();
    }

    @Override
    public void close() {
        registry.close();
        broker.stop();
    }
}
