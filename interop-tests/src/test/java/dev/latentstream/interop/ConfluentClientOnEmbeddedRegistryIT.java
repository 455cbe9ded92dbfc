package dev.latentstream.interop;

import dev.latentstream.app.testing.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** All checks, at the registry that this project embeds. */
class ConfluentClientOnEmbeddedRegistryIT extends ConfluentClientChecks {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    String registryUrl() {
        return cluster.schemaRegistryUrl();
    }
}
