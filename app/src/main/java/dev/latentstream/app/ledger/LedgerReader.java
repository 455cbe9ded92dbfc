package dev.latentstream.app.ledger;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.LedgerStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the steps of runs from the ledger, up to the end of its log at the start, whatever transactions are open. Steps that a later life of
 * the run superseded are left out.
 *
 * <p>It reads twice: first to find which records count, then their content. Only one step is in memory at a time.
 */
public final class LedgerReader implements AutoCloseable {
    /** Latents are looked up for as many samples at a time: a multiple of a shuffle buffer, so that little is read twice. */
    private static final int CHUNK_SAMPLES = 8192;

    private static final int CHUNK_STEPS = 1024;

    private final String topic;
    private final TopicReader reader;
    private final Deserializer<LedgerStep> deserializer;

    public LedgerReader(KafkaConnection connection, TopicReader reader) {
        this.topic = connection.topics().trainingLedger().name();
        this.reader = reader;
        this.deserializer = connection.lenientDeserializer(connection.topics().trainingLedger());
    }

    /** Returns every run with a step in the ledger, by name. */
    Map<String, RunSteps> runs() {
        return find(run -> true);
    }

    /**
     * Returns a run.
     *
     * @param run its name; null if the ledger has one run only
     */
    public RunSteps run(@Nullable String run) {
        if (run == null) {
            Map<String, RunSteps> all = runs();
            if (all.size() == 1) {
                return all.values().iterator().next();
            }
            throw new Failure("%s has %s: name one by --run".formatted(topic, listed(all.keySet())));
        }
        RunSteps found = find(run::equals).get(run);
        if (found == null) {
            throw new Failure(
                    "%s has no steps of the run %s; it has %s".formatted(topic, run, listed(runs().keySet())));
        }
        return found;
    }

    /** Visits the steps of a run from one to another, both included, until the visitor has enough. */
    public void steps(RunSteps run, long from, long to, Visitor visitor) throws IOException {
        for (RunSteps.Life life : run.lives()) {
            if (life.last() < from || life.first() > to) {
                continue;
            }
            boolean[] more = {true};
            reader.range(new TopicPartition(topic, run.partition()), life.start(), life.end(), record -> {
                LedgerStep step =
                        run.run().equals(record.key()) ? deserializer.deserialize(topic, record.value()) : null;
                if (step == null) {
                    return true; // another run's, or of another program
                }
                if (step.getStep() > Math.min(life.last(), to)) {
                    return false;
                }
                more[0] = step.getStep() < from || visitor.wantsMoreAfter(step);
                return more[0];
            });
            if (!more[0]) {
                return;
            }
        }
    }

    /** Visits the steps of a range in parts of bounded size, until the visitor has enough. */
    void chunks(RunSteps run, StepRange range, ChunkVisitor visitor) throws IOException {
        List<LedgerStep> chunk = new ArrayList<>();
        int[] samples = {0};
        steps(run, range.first(), range.last(), step -> {
            chunk.add(step);
            samples[0] += step.getSamples().size();
            if (samples[0] < CHUNK_SAMPLES && chunk.size() < CHUNK_STEPS) {
                return true;
            }
            boolean more = visitor.wantsMoreAfter(List.copyOf(chunk));
            chunk.clear();
            samples[0] = 0;
            return more;
        });
        if (!chunk.isEmpty()) {
            visitor.wantsMoreAfter(chunk);
        }
    }

    @Override
    public void close() {
        deserializer.close();
    }

    private Map<String, RunSteps> find(Predicate<String> wanted) {
        Map<String, Map<Integer, RunSteps.Builder>> runs = new TreeMap<>();
        reader.allOfLog(topic, record -> {
            String run = record.key();
            LedgerStep step = run != null && wanted.test(run) ? deserializer.deserialize(topic, record.value()) : null;
            if (step != null) {
                runs.computeIfAbsent(run, unused -> new HashMap<>())
                        .computeIfAbsent(record.partition(), unused -> new RunSteps.Builder())
                        .add(step, record.offset(), record.timestamp());
            }
        });
        Map<String, RunSteps> found = new TreeMap<>();
        runs.forEach((run, partitions) -> found.put(run, newest(run, partitions)));
        return found;
    }

    /** A run writes to one partition; one that was begun again after partitions were added may have left records in another. */
    private static RunSteps newest(String run, Map<Integer, RunSteps.Builder> partitions) {
        List<Map.Entry<Integer, RunSteps.Builder>> byAge = new ArrayList<>(partitions.entrySet());
        byAge.sort(Map.Entry.comparingByValue((a, b) -> Long.compare(a.newest(), b.newest())));
        Map.Entry<Integer, RunSteps.Builder> last = byAge.get(byAge.size() - 1);
        return last.getValue().build(run, last.getKey());
    }

    private static String listed(Set<String> runs) {
        return runs.isEmpty() ? "no runs" : "the runs " + String.join(", ", runs);
    }

    /** Visits steps in order. */
    public interface Visitor {
        boolean wantsMoreAfter(LedgerStep step) throws IOException;
    }

    /** Visits steps in order, several at a time. */
    interface ChunkVisitor {
        boolean wantsMoreAfter(List<LedgerStep> steps) throws IOException;
    }
}
