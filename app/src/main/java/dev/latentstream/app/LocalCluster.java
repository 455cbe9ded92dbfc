package dev.latentstream.app;

import dev.latentstream.app.broker.BrokerProcess;
import dev.latentstream.app.broker.ClusterAddress;
import dev.latentstream.app.broker.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** The cluster of this machine while it runs: it leaves its address in the data folder, for the commands that look for it. */
final class LocalCluster implements AutoCloseable {
    private final DataFolder data;
    private final BrokerProcess broker;
    private final ClusterAddress address;

    private LocalCluster(DataFolder data, BrokerProcess broker, PortOptions ports) {
        this.data = data;
        this.broker = broker;
        this.address = new ClusterAddress(
                broker.bootstrapServers(),
                "http://127.0.0.1:" + ports.registry(),
                null,
                ProcessHandle.current().pid());
    }

    static LocalCluster start(DataFolder data, PortOptions ports) throws IOException, InterruptedException {
        LocalCluster cluster = new LocalCluster(data, BrokerProcess.start(data, ports.broker()), ports);
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
