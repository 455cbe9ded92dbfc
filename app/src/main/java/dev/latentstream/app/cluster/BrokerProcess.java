package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.Failure;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A broker in a child process, as seen by its parent. Closing it stops the broker in order. */
final class BrokerProcess implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";

    /** After a kill, a broker recovers its logs, at about 0.3 GB/s. */
    private static final Duration MAX_START = Duration.ofMinutes(10);

    private static final Duration MAX_STOP = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final int TAIL_LINES = 15;

    private final Process process;
    private final DataFolder data;
    private final int port;

    private BrokerProcess(Process process, DataFolder data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @throws Failure if the port or the folder is in use, or the broker exits before it answers
     */
    public static BrokerProcess start(DataFolder data, int port) throws IOException, InterruptedException {
        data.create();
        refuseSecondBroker(data);
        refuseTakenPort(port);
        writeProperties(data, port);
        BrokerProcess broker = new BrokerProcess(launch(data), data, port);
        try {
            broker.awaitAnswer();
            return broker;
        } catch (Throwable failure) {
            broker.close();
            throw failure;
        }
    }

    /** Returns the address of the broker for clients. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /** Completes when the broker's process has exited, for whatever reason. */
    public CompletableFuture<Void> ended() {
        return process.onExit().thenAccept(gone -> {});
    }

    /** Describes an unexpected exit of the broker. */
    public Failure failure() {
        String tail = tail();
        if (tail.contains("No space left on device")) {
            return new Failure("the disk is full (%s); free some space and run this again".formatted(data.path()));
        }
        return new Failure("the Kafka broker exited with code %d; its log is %s, which ends with: %s"
                .formatted(process.exitValue(), data.brokerLog(), tail.isEmpty() ? "nothing" : tail));
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy(); // closes the pipe too, which stops a broker that ignores signals
        try {
            if (!process.waitFor(MAX_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void refuseSecondBroker(DataFolder data) throws IOException {
        Optional<ProcessHandle> owner = DataLock.owner(data);
        if (owner.isPresent()) {
            throw new Failure("process %d runs a broker on %s; stop it, or choose another folder with --data"
                    .formatted(owner.get().pid(), data.path()));
        }
    }

    private static void refuseTakenPort(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (java.net.BindException taken) {
            throw new Failure(
                    "port %d on %s is already in use; stop what listens there, or choose another with --port"
                            .formatted(port, LOOPBACK),
                    taken);
        }
    }

    static void writeProperties(DataFolder data, int port) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Writer writer = Files.newBufferedWriter(data.serverProperties())) {
            ServerProperties.of(data, port, free.getLocalPort()).store(writer, "Written at each start.");
        }
    }

    private static Process launch(DataFolder data) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(data))
                .redirectErrorStream(true)
                .redirectOutput(data.brokerOutput().toFile());
        // These settings suit a process that trains: a broker would only keep more memory.
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        return builder.start();
    }

    private static List<String> command(DataFolder data) {
        List<String> command = new ArrayList<>();
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            // Terminals and service managers signal every process at once, but the broker must be the last to exit:
            // only the
            // end of the pipe from its parent stops it.
            command.addAll(List.of("sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        // The C1 compiler alone: the broker starts in two thirds of the time, and its throughput is bound by its
        // clients.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(sharedClasses());
        command.add("-Dlogback.configurationFile=logback-broker.xml");
        command.add("-Dlatentstream.broker.log=" + data.brokerLog());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerMain.class.getName()));
        command.add(data.path().toString());
        return command;
    }

    /** Returns this JVM's options for its archive of classes, if it has one: it contains those of brokers. */
    private static List<String> sharedClasses() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:SharedArchiveFile=")
                        || option.startsWith("-Xshare:")
                        || option.equals("-Xlog:disable"))
                .toList();
    }

    private void awaitAnswer() throws InterruptedException {
        long deadline = System.nanoTime() + MAX_START.toNanos();
        Map<String, Object> properties = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, POLL_INTERVAL.toMillis(),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, POLL_INTERVAL.toMillis());
        Admin admin = Admin.create(properties);
        try {
            while (!answers(admin)) {
                if (process.waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failure();
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new Failure("the Kafka broker did not answer within %d minutes; its log is in %s"
                            .formatted(MAX_START.toMinutes(), data.brokerLog()));
                }
            }
        } finally {
            admin.close(Duration.ZERO); // a request to a dead broker would be waited for, up to minutes
        }
    }

    /** Returns whether the broker is in service: a fenced one is not listed. */
    private static boolean answers(Admin admin) throws InterruptedException {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(POLL_INTERVAL.toMillis() * 10, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | java.util.concurrent.TimeoutException notYet) {
            return false;
        }
    }

    private String tail() {
        return (tail(data.brokerLog()) + "\n" + tail(data.brokerOutput())).strip();
    }

    private static String tail(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "";
        }
    }
}
