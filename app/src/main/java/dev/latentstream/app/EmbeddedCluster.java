package dev.latentstream.app;

import dev.latentstream.app.broker.BrokerProcess;
import dev.latentstream.app.broker.ClusterAddress;
import dev.latentstream.app.broker.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** The cluster of this machine while it runs: it leaves its address in the data folder, for the commands that look for it. */
final class EmbeddedCluster implements AutoCloseable {
    private final DataFolder data;
    private final BrokerProcess broker;
    private final ClusterAddress address;

    private EmbeddedCluster(DataFolder data, BrokerProcess broker) {
        this.data = data;
        this.broker = broker;
        this.address = new ClusterAddress(
                broker.bootstrapServers(), ProcessHandle.current().pid());
    }

    static EmbeddedCluster start(DataFolder data, PortOptions ports) throws IOException, InterruptedException {
        EmbeddedCluster cluster = new EmbeddedCluster(data, BrokerProcess.start(data, ports.broker()));
        try {
            cluster.address.write(data);
            return cluster;
        } catch (Throwable failure) {
            cluster.close();
            throw failure;
        }
    }

    ClusterAddress address() {
        return address;
    }

    /** Completes when the broker is gone. */
    CompletableFuture<Void> ended() {
        return broker.ended();
    }

    /** What to tell when it ended by itself. */
    Failure failure() {
        return broker.failure();
    }

    @Override
    public void close() {
        try {
            ClusterAddress.remove(data);
        } catch (IOException unremovable) {
            throw new UncheckedIOException(unremovable);
        } finally {
            broker.close();
        }
    }
}
