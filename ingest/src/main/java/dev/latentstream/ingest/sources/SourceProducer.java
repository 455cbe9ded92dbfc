package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.state.JournalMigration;
import dev.latentstream.ingest.sources.state.SourceLog;
import dev.latentstream.ingest.sources.state.SourceLostException;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.SourceStatus;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends the images of a source to {@code images-raw}, keyed by image id, each in one transaction with the state of the source: however
 * often a run is killed, and whoever runs the source next, each item is delivered once.
 *
 * <p>An image too large for a record is rejected in {@code images-rejected}; unreadable items and texts without an image are logged and
 * counted. An item is sent again when its bytes, texts or attributes changed; one with other bytes says which image it replaces.
 */
public final class SourceProducer {
    private final Topics topics;
    private final Function<String, SourceLog> logs;
    private final Meters meters;

    /** @param meters count dropped texts */
    public SourceProducer(KafkaConnection connection, Meters meters) {
        this(connection.topics(), source -> SourceLog.of(connection, source), meters);
    }

    /** @param logs opens the log of a source */
    SourceProducer(Topics topics, Function<String, SourceLog> logs, Meters meters) {
        this.topics = topics;
        this.logs = logs;
        this.meters = meters;
    }

    /** Sends what changed since earlier runs, see {@link #send(ImageSource, Optional, Resend, Pace, Consumer)}. */
    public SourceOutcome send(ImageSource source, Pace pace, Consumer<SourceProgress> listener) throws IOException {
        return send(source, Optional.empty(), Resend.CHANGED, pace, listener);
    }

    /**
     * Sends until the source ends, the thread is interrupted, or somebody else takes the source.
     *
     * @param journal what an earlier version recorded on this machine
     * @param resend what to send of the items that were delivered before
     * @param listener called with the progress twice a second, and at the end
     * @throws IOException if the source or the journal cannot be read
     * @throws InfrastructureException if the cluster refuses a record
     */
    public SourceOutcome send(
            ImageSource source, Optional<Path> journal, Resend resend, Pace pace, Consumer<SourceProgress> listener)
            throws IOException {
        SourceTally tally = new SourceTally(source.name(), source.total());
        try (SourceLog log = logs.apply(source.name())) {
            if (source.asksForVersions()) {
                log.keepVersions();
            }
            log.start(source.origin());
            if (journal.isPresent()) {
                JournalMigration.run(journal.get(), log);
            }
            boolean ended = run(source, log, new SourcePass(topics, meters, log, tally, listener), resend, pace);
            listener.accept(tally.progress());
            return new SourceOutcome(tally.progress(), ended, Optional.empty());
        } catch (SourceLostException lost) {
            listener.accept(tally.progress());
            return new SourceOutcome(tally.progress(), false, Optional.of(lost.loss()));
        }
    }

    private static boolean run(ImageSource source, SourceLog log, SourcePass pass, Resend resend, Pace pace)
            throws IOException {
        try {
            return pass.run(source, resend, pace);
        } catch (IOException | IllegalArgumentException unreadable) {
            log.end(SourceStatus.FAILED, String.valueOf(unreadable.getMessage()), pass.counts());
            throw unreadable;
        }
    }
}
