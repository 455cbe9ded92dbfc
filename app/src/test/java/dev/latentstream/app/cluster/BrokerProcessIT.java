package dev.latentstream.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.app.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void keepsItsTopicsAcrossARestart() throws Exception {
        DataFolder data = new DataFolder(folder);
        int port = freePort();
        try (BrokerProcess broker = BrokerProcess.start(data, port);
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("kept", 3, (short) 1)))
                    .all()
                    .get();
        }

        try (BrokerProcess broker = BrokerProcess.start(data, port);
                Admin admin = admin(broker)) {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(List.of("kept")).allTopicNames().get();
            assertThat(topics.values()).singleElement().satisfies(topic -> assertThat(topic.partitions())
                    .hasSize(3));
        }
    }

    @Test
    void survivesASignalToAllProcessesAndExitsInOrderWithItsParent() throws Exception {
        DataFolder data = new DataFolder(folder);
        ProcessHandle process;
        try (BrokerProcess broker = BrokerProcess.start(data, freePort());
                Admin admin = admin(broker)) {
            process = ProcessHandle.of(broker.pid()).orElseThrow();
            process.destroy(); // SIGTERM, as a service manager sends it to the broker too

            admin.createTopics(List.of(new NewTopic("late", 1, (short) 1)))
                    .all()
                    .get();
            assertThat(process.isAlive()).isTrue();
        }
        assertThat(process.isAlive()).isFalse();
        assertThat(data.kafka().resolve(".kafka_cleanshutdown")).exists();
    }

    @Test
    void endsWhenItsParentIsKilled() throws Exception {
        DataFolder data = new DataFolder(folder);
        Process parent = startParent(data, freePort());
        try (BufferedReader output = parent.inputReader()) {
            ProcessHandle broker =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();

            parent.destroyForcibly();

            broker.onExit().get(15, TimeUnit.SECONDS);
            assertThat(broker.isAlive()).isFalse();
            assertThat(DataLock.owner(data)).isEmpty();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void refusesAFolderInUse() throws Exception {
        DataFolder data = new DataFolder(folder);
        try (BrokerProcess first = BrokerProcess.start(data, freePort())) {
            assertThat(first.pid()).isPositive();

            assertThatThrownBy(() -> BrokerProcess.start(data, freePort()))
                    .isInstanceOf(Failure.class)
                    .hasMessage("process %d runs a broker on %s; stop it, or choose another folder with --data"
                            .formatted(ProcessHandle.current().pid(), folder));
        }
    }

    @Test
    void refusesATakenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> BrokerProcess.start(new DataFolder(folder), taken.getLocalPort()))
                    .isInstanceOf(Failure.class)
                    .hasMessage(
                            "port %d on 127.0.0.1 is already in use; stop what listens there, or choose another with --port"
                                    .formatted(taken.getLocalPort()));
        }
    }

    @Test
    void reportsTheEndOfItsLogIfItExitsEarly() throws Exception {
        DataFolder data = new DataFolder(folder);
        // A plain file where the log folder belongs.
        Files.writeString(data.kafka(), "");

        assertThatThrownBy(() -> BrokerProcess.start(data, freePort()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the Kafka broker exited with code 1")
                .hasMessageContaining(data.kafka().toString());
    }

    private static Admin admin(BrokerProcess broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static Process startParent(DataFolder data, int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerParent.class.getName(),
                        data.path().toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
