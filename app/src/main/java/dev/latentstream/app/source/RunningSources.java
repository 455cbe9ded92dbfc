package dev.latentstream.app.source;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Failures;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.Resend;
import dev.latentstream.ingest.sources.SourceOutcome;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sources that run in the process of the stages, each on a dedicated thread, and continue where an earlier run ended. */
public final class RunningSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningSources.class);

    private final KafkaConnection connection;
    private final SourceJournals journals;
    private final Meters meters;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, SourceProgress> progress = new ConcurrentSkipListMap<>();
    private final Map<String, Throwable> failures = new ConcurrentHashMap<>();

    private RunningSources(KafkaConnection connection, SourceJournals journals, Meters meters) {
        this.connection = connection;
        this.meters = meters;
        this.journals = journals;
    }

    public static RunningSources start(
            KafkaConnection connection, SourceJournals journals, List<ImageSource> sources, Meters meters) {
        RunningSources running = new RunningSources(connection, journals, meters);
        sources.forEach(running::start);
        return running;
    }

    /** Returns the progress of each source. */
    public Collection<SourceProgress> progress() {
        return List.copyOf(progress.values());
    }

    /** Returns the failure of the first source that failed. */
    public Optional<Failure> failure() {
        return failures.entrySet().stream()
                .map(failed -> new Failure(
                        "the source %s failed: %s".formatted(failed.getKey(), Failures.describe(failed.getValue())),
                        failed.getValue()))
                .findFirst();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void start(ImageSource source) {
        Thread thread = Threads.daemon("source-" + source.name(), () -> run(source));
        threads.add(thread);
        thread.start();
    }

    private void run(ImageSource source) {
        SourceRunner runner = new SourceRunner(
                connection, meters, now -> progress.put(now.source(), now), message -> LOG.warn("{}", message));
        try {
            SourceOutcome unused = runner.run(source, journals.of(source.name()), Resend.CHANGED, Pace.FREE);
        } catch (InterruptException | InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Throwable broken) { // an Error too: a source that failed must not look like one that is done
            failures.put(source.name(), broken);
        }
    }
}
