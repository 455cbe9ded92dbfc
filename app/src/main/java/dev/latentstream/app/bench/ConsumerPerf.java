package dev.latentstream.app.bench;

import dev.latentstream.app.cli.Failure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.tools.ConsumerPerformance;

/**
 * Kafka's own tool that measures a consumer, in this process, so that it is compiled as well as what it is compared with. It prints to
 * standard output, which is turned aside meanwhile.
 */
final class ConsumerPerf {
    /** The last of its values: records a second without the time that its group needs to form. */
    private static final String RATE = "fetch.nMsg.sec";

    private ConsumerPerf() {}

    /** Returns the records a second that the tool reads. */
    static double recordsPerSecond(String bootstrapServers, List<String> topics, long records) {
        String[] arguments = {
            "--bootstrap-server",
            bootstrapServers,
            "--include",
            String.join("|", topics.stream().map(Pattern::quote).toList()),
            "--num-records",
            Long.toString(records),
            "--timeout",
            "60000" // milliseconds without a record, after which it gives up
        };
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        try (PrintStream aside = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(aside);
            ConsumerPerformance.main(arguments);
        } finally {
            System.setOut(console);
        }
        return rate(printed.toString(StandardCharsets.UTF_8));
    }

    /** Returns the rate in what the tool printed: a line of names and one of values. */
    static double rate(String printed) {
        List<String> lines = printed.lines().filter(line -> line.contains(", ")).toList();
        if (lines.size() == 2) {
            List<String> names = List.of(lines.get(0).strip().split(", "));
            List<String> values = List.of(lines.get(1).strip().split(", "));
            if (names.size() == values.size() && names.contains(RATE)) {
                double rate = Double.parseDouble(values.get(names.indexOf(RATE)));
                if (rate > 0) {
                    return rate;
                }
            }
        }
        throw new Failure("Kafka's consumer-perf printed no %s above 0: %s".formatted(RATE, printed.strip()));
    }
}
