package dev.latentstream.app.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.latentstream.app.Main;
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
 * A command of latentstream in a process of its own, as users run it: from the jar, in the working folder of a test, observed through
 * its output and its exit code.
 */
public final class CommandProcess implements AutoCloseable {
    /** Far more than any command of a test takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    /** Passes the coverage agent to a JVM, which reports that on standard error. */
    private static final String OPTIONS = "JAVA_TOOL_OPTIONS";

    /** A build in the background ignores interrupts, and child processes inherit that; GNU's env resets it. */
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

    /** The exit code and the output of a command. */
    public record Ended(int exitCode, List<String> out, List<String> err) {
        /** All of standard output. */
        public String text() {
            return String.join("\n", out);
        }

        /** Standard output as one JSON value. */
        public JsonNode json() throws IOException {
            return JSON.readTree(text());
        }

        /** Standard output as one JSON value per line. */
        public List<JsonNode> jsonLines() throws IOException {
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
    public static CommandProcess start(Path folder, List<String> arguments) throws IOException {
        return start(folder, Main.class, arguments);
    }

    /**
     * Starts a process of a class of the program or of these tests.
     *
     * @param main whose main method has the arguments
     */
    public static CommandProcess start(Path folder, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(HEEDING_INTERRUPTS);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(ProgramJar.options());
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE"); // as the launcher does
        coverageAgent().ifPresent(agent -> builder.environment().put(OPTIONS, agent));
        return new CommandProcess(arguments, builder.start());
    }

    /** Runs a command to its end. */
    public static Ended run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        try (CommandProcess process = start(folder, arguments)) {
            return process.awaitEnd();
        }
    }

    /** Waits for a line of standard output. */
    public String awaitLine(String part) {
        await("\"%s\" from %s".formatted(part, command))
                .atMost(PATIENCE)
                .pollInterval(POLL_INTERVAL)
                .failFast(
                        "it ended first",
                        () -> requireAliveUnless(lineWith(part).isPresent()))
                .until(() -> lineWith(part).isPresent());
        return lineWith(part).orElseThrow();
    }

    /** Returns the number of lines of standard output that contain a text. */
    public long lines(String part) {
        return out.stream().filter(line -> line.contains(part)).count();
    }

    /** Waits until the command exits by itself. */
    public Ended awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            Assertions.fail("it still runs: " + this);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return new Ended(process.exitValue(), List.copyOf(out), List.copyOf(err));
    }

    /** Sends the signal of Control-C, and waits for the exit. */
    public Ended interrupt() throws IOException, InterruptedException {
        signal("INT");
        return awaitEnd();
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Sends the signal of a service manager, and waits for the exit. */
    public Ended terminate() throws InterruptedException {
        process.toHandle().destroy(); // the process itself would close its streams
        return awaitEnd();
    }

    /** Fails with the whole output if the command has exited. */
    public void requireAlive() {
        requireAliveUnless(false);
    }

    private void requireAliveUnless(boolean excused) {
        if (!process.isAlive() && !excused) {
            Assertions.fail("it ended: " + this);
        }
    }

    /** Kills the command if it still runs, and any broker that it started. */
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

    /** Returns the element of a JSON array whose field has a value, or a missing node. */
    public static JsonNode element(JsonNode array, String field, String value) {
        for (JsonNode element : array) {
            if (element.path(field).asText().equals(value)) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }

    public static int freePort() throws IOException {
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

    /** Returns this JVM's options for heap, compiler and threads, which suit the machine, and the launcher's other options. */
    static List<String> jvmOptions() {
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
