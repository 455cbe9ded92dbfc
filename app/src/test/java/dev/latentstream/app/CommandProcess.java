package dev.latentstream.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/**
 * A command of latentstream in a process of its own, as a person starts it: on the class path of the tests, in a working folder
 * of a test, and seen by what it prints and by its exit code.
 */
final class CommandProcess implements AutoCloseable {
    /** Far more than any command of a test takes on a machine that is busy with others. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    /** Of the agent that counts coverage: its JVM says on standard error that it took it. */
    private static final String OPTIONS = "JAVA_TOOL_OPTIONS";

    /** A process inherits that it ignores interrupts from a build that runs in the background; GNU's env undoes it. */
    private static final List<String> HEEDING_INTERRUPTS = heedingInterrupts();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private CommandProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.readers = List.of(read(process.inputReader(), out), read(process.errorReader(), err));
    }

    /** What a command that has ended left. */
    record Ended(int exitCode, List<String> out, List<String> err) {
        /** All of standard output. */
        String text() {
            return String.join("\n", out);
        }

        /** Standard output as one JSON value. */
        JsonNode json() throws IOException {
            return JSON.readTree(text());
        }

        /** Standard output as a JSON value a line. */
        List<JsonNode> jsonLines() throws IOException {
            List<JsonNode> values = new ArrayList<>();
            for (String line : out) {
                values.add(JSON.readTree(line));
            }
            return values;
        }
    }

    /**
     * Starts a command.
     *
     * @param folder where it runs
     * @param arguments of latentstream
     */
    static CommandProcess start(Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(HEEDING_INTERRUPTS);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        coverageAgent().ifPresent(agent -> builder.environment().put(OPTIONS, agent));
        return new CommandProcess(arguments, builder.start());
    }

    /** Runs a command to its end. */
    static Ended run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        try (CommandProcess process = start(folder, arguments)) {
            return process.awaitEnd();
        }
    }

    /** Waits for a line of standard output. */
    String awaitLine(String part) {
        await("\"%s\" from %s".formatted(part, command))
                .atMost(PATIENCE)
                .pollInterval(POLL_INTERVAL)
                .failFast(
                        "it ended first",
                        () -> requireAliveUnless(lineWith(part).isPresent()))
                .until(() -> lineWith(part).isPresent());
        return lineWith(part).orElseThrow();
    }

    /** Waits until it ends by itself. */
    Ended awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            Assertions.fail("it still runs: " + this);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return new Ended(process.exitValue(), List.copyOf(out), List.copyOf(err));
    }

    /** Presses Control-C, and waits for its end. */
    Ended interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        return awaitEnd();
    }

    /** Sends the signal of a service manager, and waits for its end. */
    Ended terminate() throws InterruptedException {
        process.toHandle().destroy(); // the process itself would close its streams
        return awaitEnd();
    }

    /** Fails with all that it printed where it has ended. */
    void requireAlive() {
        requireAliveUnless(false);
    }

    private void requireAliveUnless(boolean excused) {
        if (!process.isAlive() && !excused) {
            Assertions.fail("it ended: " + this);
        }
    }

    /** Kills it where it still runs, with the broker that it may have started. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public String toString() {
        return "%s, %s%n%s%n%s"
                .formatted(
                        command,
                        process.isAlive() ? "running" : "exit code " + process.exitValue(),
                        String.join("\n", out),
                        String.join("\n", err));
    }

    /** The element of a JSON array whose field has a value; a missing node where there is none. */
    static JsonNode element(JsonNode array, String field, String value) {
        for (JsonNode element : array) {
            if (element.path(field).asText().equals(value)) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Optional<String> lineWith(String part) {
        return out.stream().filter(line -> line.contains(part)).findFirst();
    }

    private static Thread read(BufferedReader reader, List<String> lines) {
        Thread thread = new Thread(() -> reader.lines()
                .filter(line -> !line.startsWith("Picked up " + OPTIONS))
                .forEach(lines::add));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The heap, compiler and threads of this JVM, which fit the machine of the tests; the others are the launcher's. */
    private static List<String> jvmOptions() {
        List<String> options = new ArrayList<>(ownOptions().stream()
                .filter(option -> option.startsWith("-X") || option.startsWith("-Dai.djl."))
                .toList());
        options.addAll(
                List.of("-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true", "-Dlogback.configurationFile=logback.xml"));
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return options;
    }

    private static Optional<String> coverageAgent() {
        return ownOptions().stream()
                .filter(option -> option.startsWith("-javaagent:") && option.contains("jacoco"))
                .findFirst();
    }

    private static List<String> ownOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    private static List<String> heedingInterrupts() {
        List<String> command = List.of("env", "--default-signal=INT");
        try {
            List<String> trial = new ArrayList<>(command);
            trial.add("true");
            int code = new ProcessBuilder(trial).start().waitFor();
            return code == 0 ? command : List.of();
        } catch (IOException noEnv) {
            return List.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
