package dev.latentstream.app.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.Main;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.registry.testing.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Commands of latentstream that run in this process, all with the options that name one cluster. */
public final class Commands {
    private final List<String> options;

    /** The output of a command, and its exit code. */
    public record Result(int exitCode, String out, String err) {}

    public Commands(String... options) {
        this.options = List.of(options);
    }

    /**
     * Writes a settings file that names a test's cluster.
     *
     * @param folder of the file
     * @param prefix of the topics
     */
    public static Commands on(Cluster cluster, Path folder, String prefix) throws IOException {
        Path settings = Files.writeString(
                folder.resolve(prefix + "pipeline.yaml"),
                "kafka: {bootstrap-servers: '%s', schema-registry-url: '%s', topic-prefix: '%s'}"
                        .formatted(cluster.bootstrapServers(), cluster.schemaRegistryUrl(), prefix));
        return new Commands("--config=" + settings);
    }

    public Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of(arguments), options.stream()).toArray(String[]::new);
        int exitCode = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
        return new Result(exitCode, out.toString(), err.toString());
    }

    /** Runs a command as {@link CommandProcess#run} does in a process; fails unless it succeeds with nothing on standard error. */
    public Ended succeed(String... arguments) {
        Result result = run(arguments);
        assertThat(result.err()).as("%s", String.join(" ", arguments)).isEmpty();
        return new Ended(0, output(result, arguments).lines().toList(), List.of());
    }

    /** Returns what a command printed on standard output; fails if it did not succeed. */
    public String output(String... arguments) {
        return output(run(arguments), arguments);
    }

    private static String output(Result result, String... arguments) {
        assertThat(result.exitCode())
                .as("%s: %s", String.join(" ", arguments), result.err())
                .isZero();
        return result.out();
    }

    /** Returns what a command printed on standard error; fails if it is no usage error. */
    public String usageError(String... arguments) {
        Result result = run(arguments);
        assertThat(result.exitCode())
                .as("%s: %s", String.join(" ", arguments), result.err())
                .isEqualTo(2);
        return result.err();
    }

    public JsonNode json(String... arguments) throws JsonProcessingException {
        return new ObjectMapper()
                .readTree(output(
                        Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new)));
    }

    /** Returns what a command printed with {@code TIME} for each time. */
    public static String withoutTimes(String printed) {
        return printed.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }
}
