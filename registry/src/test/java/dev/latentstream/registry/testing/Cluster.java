package dev.latentstream.registry.testing;

/** A Kafka broker and a schema registry that live as long as a test. */
public interface Cluster extends AutoCloseable {
    String bootstrapServers();

    String schemaRegistryUrl();

    @Override
    void close();

    /** Starts a new cluster of the kind set by the system property {@code cluster}: {@code embedded} or {@code testcontainers}. */
    static Cluster start() {
        String kind = System.getProperty("cluster", "embedded");
        return switch (kind) {
            case "embedded" -> EmbeddedCluster.start();
            case "testcontainers" -> TestcontainersCluster.start();
            default ->
                throw new IllegalArgumentException(
                        "cluster is \"%s\"; it must be embedded or testcontainers".formatted(kind));
        };
    }
}
