package dev.latentstream.ingest.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;

/**
 * Reads damaged copies of sound files and counts what comes out: {@code Fuzzing COUNT SEED [FIRST]}. The figures are in {@code
 * docs/design/030-ingest.md}. A file is made from its number and the seed.
 */
public final class Fuzzing {
    private static final int EVERY = 5_000;

    private final List<Specimen> specimens;
    private final long seed;
    private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();
    private final Map<String, String> defects = new TreeMap<>();
    private Duration longest = Duration.ZERO;
    private String slowest = "";

    Fuzzing(List<Specimen> specimens, long seed) {
        this.specimens = List.copyOf(specimens);
        this.seed = seed;
    }

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[0]);
        int first = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        Path folder = Files.createTempDirectory("fuzz");
        Fuzzing fuzzing = new Fuzzing(Specimen.all(Integer.MAX_VALUE, folder), Long.parseLong(arguments[1]));
        for (int i = first; i < count; i++) {
            fuzzing.read(i);
            if ((i + 1) % EVERY == 0) {
                System.out.printf(
                        "%d: %d MiB of the process, longest %d ms (%s), %d defects%n",
                        i + 1,
                        Pointer.physicalBytes() >> 20,
                        fuzzing.longest.toMillis(),
                        fuzzing.slowest,
                        fuzzing.defects.size());
            }
        }
        fuzzing.print(System.out);
    }

    /** Reads the damaged copy with a number. */
    void read(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        Specimen specimen = specimen(random);
        byte[] other = specimens.get(random.nextInt(specimens.size())).file();
        byte[] damaged = Mutation.of(specimen.file(), other, random);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        String outcome;
        try {
            outcome = specimen.reading().of(damaged);
        } catch (IOException unreadable) {
            outcome = "unreadable";
        } catch (RuntimeException | Error defect) { // the finding
            outcome = "DEFECT";
            defects.put("%s %d".formatted(specimen.kind(), number), defect.toString());
        }
        Duration time = Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        if (time.compareTo(longest) > 0) {
            longest = time;
            slowest = "%s %d".formatted(specimen.kind(), number);
        }
        outcomes.computeIfAbsent(specimen.kind(), kind -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    }

    /** Returns one of each kind as often. */
    private Specimen specimen(Random random) {
        List<String> kinds = specimens.stream().map(Specimen::kind).distinct().toList();
        String kind = kinds.get(random.nextInt(kinds.size()));
        List<Specimen> some = specimens.stream()
                .filter(specimen -> specimen.kind().equals(kind))
                .toList();
        return some.get(random.nextInt(some.size()));
    }

    /** Returns the exceptions that came out, by kind and number. */
    Map<String, String> defects() {
        return Map.copyOf(defects);
    }

    /** Returns the number of files of a kind and an outcome. */
    int count(String kind, String outcome) {
        return outcomes.getOrDefault(kind, Map.of()).getOrDefault(outcome, 0);
    }

    private void print(PrintStream out) {
        outcomes.forEach((kind, counts) -> out.println(kind + ": " + counts));
        defects.forEach((what, defect) -> out.println(what + ": " + defect));
    }
}
