package dev.latentstream.app.source;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.InterruptibleSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.Resend;
import dev.latentstream.ingest.sources.SourceOutcome;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import dev.latentstream.ingest.sources.state.SourceLoss;
import dev.latentstream.ingest.sources.state.SourceLoss.Expired;
import dev.latentstream.ingest.sources.state.SourceLoss.Paused;
import dev.latentstream.ingest.sources.state.SourceLoss.Removed;
import dev.latentstream.ingest.sources.state.SourceLoss.TakenOver;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs a source to its end, in as many passes as pauses and expired transactions make of it. */
final class SourceRunner {
    private final SourceCatalog catalog;
    private final SourceProducer producer;
    private final Consumer<SourceProgress> progress;
    private final Consumer<String> messages;

    /** @param messages one line for each thing that others do to the source */
    SourceRunner(
            KafkaConnection connection, Meters meters, Consumer<SourceProgress> progress, Consumer<String> messages) {
        this.catalog = new SourceCatalog(connection, Clock.systemUTC());
        this.producer = new SourceProducer(connection, meters);
        this.progress = progress;
        this.messages = messages;
    }

    /** Returns how the last pass ended; a pause is the end only of what can be read only once, and of a run that sends all again. */
    SourceOutcome run(ImageSource first, Path journal, Resend resend, Pace pace)
            throws IOException, InterruptedException {
        ImageSource source = InterruptibleSource.of(first);
        while (true) {
            SourceOutcome outcome = pass(source, journal, resend, pace);
            Optional<ImageSource> again =
                    resend == Resend.ALL || !isContinued(outcome) ? Optional.empty() : source.again();
            outcome.loss().ifPresent(loss -> messages.accept(message(first.name(), loss, again.isPresent())));
            if (again.isEmpty()) {
                return outcome;
            }
            source = again.get();
            catalog.awaitResumed(first.name());
        }
    }

    private SourceOutcome pass(ImageSource source, Path journal, Resend resend, Pace pace) throws IOException {
        try (source) {
            return producer.send(source, Optional.of(journal), resend, pace, progress);
        }
    }

    private static boolean isContinued(SourceOutcome outcome) {
        return outcome.loss()
                .filter(loss -> loss instanceof Paused || loss instanceof Expired)
                .isPresent();
    }

    private static String message(String source, SourceLoss loss, boolean again) {
        if (loss instanceof Paused paused) {
            String reason = paused.reason().isEmpty() ? "" : " (%s)".formatted(paused.reason());
            return "%s is paused by %s%s. It continues after: latentstream source resume %s%s"
                    .formatted(
                            source, paused.author(), reason, source, again ? "" : ", when this command is run again");
        }
        if (loss instanceof TakenOver other) {
            return "%s is continued by another runner, %s; this one ends".formatted(source, other.writer());
        }
        if (loss instanceof Removed) {
            return "%s was removed; this runner ends, and the next one sends everything".formatted(source);
        }
        return "%s: the cluster ended a transaction that took too long; what was not committed is sent again%s"
                .formatted(source, again ? "" : " when this command is run again");
    }
}
