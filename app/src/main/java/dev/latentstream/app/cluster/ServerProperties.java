package dev.latentstream.app.cluster;

import java.util.Map;
import java.util.Properties;

/** The settings of a single-node broker on a small machine, reachable from this machine only. */
final class ServerProperties {
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    static final int NODE = 1;

    /** Enough for an image of 8 MiB in its record, in bytes; the same as {@code max.message.bytes} of the topics. */
    private static final int MAX_MESSAGE = 16 << 20;

    private static final Map<String, String> ONE_NODE = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", Integer.toString(NODE)),
            Map.entry("controller.listener.names", CONTROLLER_LISTENER),
            Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("inter.broker.listener.name", "PLAINTEXT"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"));

    private static final Map<String, String> SMALL_MACHINE = Map.ofEntries(
            // Each of the 50 default partitions has files and memory of its own.
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.num.partitions", "4"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            Map.entry("num.recovery.threads.per.data.dir", "2"),
            // The default of 128 MiB is a third of this heap.
            Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20)),
            Map.entry("log.segment.bytes", Integer.toString(256 << 20)),
            // Groups with a single member need not wait for others to join.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"));

    private static final Map<String, String> PIPELINE = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("message.max.bytes", Integer.toString(MAX_MESSAGE)),
            Map.entry("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE)),
            Map.entry("log.retention.hours", "168"),
            Map.entry("log.retention.check.interval.ms", "60000"),
            // Of a transaction that begins while the markers of the one before are written; 20 ms by default.
            Map.entry("add.partitions.to.txn.retry.backoff.ms", "1"));

    private ServerProperties() {}

    static Properties of(DataFolder data, int port, int controllerPort) {
        Properties properties = new Properties();
        properties.putAll(ONE_NODE);
        properties.putAll(SMALL_MACHINE);
        properties.putAll(PIPELINE);
        String controller = BrokerProcess.LOOPBACK + ":" + controllerPort;
        String broker = "PLAINTEXT://" + BrokerProcess.LOOPBACK + ":" + port;
        properties.setProperty("listeners", broker + "," + CONTROLLER_LISTENER + "://" + controller);
        properties.setProperty("advertised.listeners", broker);
        properties.setProperty("controller.quorum.voters", NODE + "@" + controller);
        properties.setProperty("log.dirs", data.kafka().toString());
        return properties;
    }
}
