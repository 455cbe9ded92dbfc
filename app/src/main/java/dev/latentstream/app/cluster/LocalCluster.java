package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.concurrent.CompletableFuture;

/** A running cluster on this machine: a broker and a schema registry. Other commands find its addresses in the data folder. */
public final class LocalCluster implements AutoCloseable {
    private final DataFolder data;
    private final BrokerProcess broker;
    private final EmbeddedRegistry registry;
    private final ClusterAddress address;

    private LocalCluster(DataFolder data, BrokerProcess broker, EmbeddedRegistry registry) {
        this.data = data;
        this.broker = broker;
        this.registry = registry;
        this.address = new ClusterAddress(
                broker.bootstrapServers(),
                registry.url(),
                null,
                ProcessHandle.current().pid());
    }

    public static LocalCluster start(DataFolder data, LocalClusterOptions options)
            throws IOException, InterruptedException {
        BrokerProcess broker = BrokerProcess.start(data, options.broker());
        try {
            LocalCluster cluster = new LocalCluster(data, broker, registry(broker, options));
            cluster.address.write(data);
            return cluster;
        } catch (Throwable failure) {
            broker.close();
            throw failure;
        }
    }

    private static EmbeddedRegistry registry(BrokerProcess broker, LocalClusterOptions options) throws IOException {
        try {
            return EmbeddedRegistry.start(broker.bootstrapServers(), options.registry(), options.administration());
        } catch (BindException taken) {
            throw new Failure(
                    "port %d on 127.0.0.1 is already in use; stop what listens there, or choose another with --registry-port"
                            .formatted(options.registry()),
                    taken);
        }
    }

    /** Announces the metrics endpoint of this process's stages to other commands. */
    public void announce(String httpUrl) throws IOException {
        new ClusterAddress(address.bootstrapServers(), address.schemaRegistryUrl(), httpUrl, address.process())
                .write(data);
    }

    public ClusterAddress address() {
        return address;
    }

    /** Completes when the broker has exited. */
    public CompletableFuture<Void> ended() {
        return broker.ended();
    }

    /** Describes an unexpected exit of the broker. */
    public Failure failure() {
        return broker.failure();
    }

    @Override
    public void close() {
        try {
            ClusterAddress.remove(data);
        } catch (IOException unremovable) {
            throw new UncheckedIOException(unremovable);
        } finally {
            registry.close();
            broker.close();
        }
    }
}
