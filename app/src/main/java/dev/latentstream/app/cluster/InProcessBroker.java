package dev.latentstream.app.cluster;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/** A broker in this process, for one that archives the classes of brokers; every other broker has a process of its own. */
public final class InProcessBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final int port;

    private InProcessBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts a broker in a new data folder; its clients wait until it answers. */
    public static InProcessBroker start(DataFolder data, LocalClusterOptions ports) throws Exception {
        data.create();
        BrokerProcess.writeProperties(data, ports.broker());
        BrokerMain.formatOnce(data);
        KafkaConfig config =
                KafkaConfig.fromProps(Utils.loadProps(data.serverProperties().toString()), false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new InProcessBroker(server, ports.broker());
    }

    /** Returns the address of the broker for clients. */
    public String bootstrapServers() {
        return BrokerProcess.LOOPBACK + ":" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
