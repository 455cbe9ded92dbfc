package dev.latentstream.interop;

import dev.latentstream.registry.testing.Cluster;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;

/** All checks with the embedded registry of this project. */
class ConfluentClientOnEmbeddedRegistryIT extends ConfluentClientChecks {
    @AutoClose
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @Override
    String registryUrl() {
        return cluster.schemaRegistryUrl();
    }
}
