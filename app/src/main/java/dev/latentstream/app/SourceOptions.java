package dev.latentstream.app;

import dev.latentstream.app.broker.DataFolder;
import dev.latentstream.ingest.ImageSource;
import dev.latentstream.ingest.SourceItem;
import dev.latentstream.ingest.SourceJournal;
import dev.latentstream.ingest.SourceListener;
import dev.latentstream.ingest.SourceProducer;
import dev.latentstream.ingest.SourceProgress;
import dev.latentstream.runtime.KafkaConnection;
import dev.latentstream.runtime.TopicSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one source to its end, or until Control-C; what the source commands have in common. */
final class SourceOptions {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the pipeline. Without it: the defaults, with the cluster that runs on --data.")
    private @Nullable Path config;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the source; its latents go to latents-NAME.")
    private @Nullable String name;

    @Option(names = "--again", description = "Deliver everything, also what an earlier run of this name delivered.")
    private boolean again;

    /** The name that was given, else one of the command's. */
    String name(String otherwise) {
        return name == null ? otherwise : name;
    }

    PipelineSettings settings() throws IOException {
        return config == null ? PipelineSettings.ofRunning(data.folder()) : PipelineSettings.read(config);
    }

    void run(ImageSource source, PrintWriter out) throws IOException {
        KafkaConnection connection = new KafkaConnection(settings().kafka());
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().imagesRaw(), connection.topics().imagesRejected()));
        try (StopSignal stop = StopSignal.ofProcess();
                SourceJournal journal = journal(source.name());
                SourceProducer producer = SourceProducer.open(connection, source.name())) {
            CompletableFuture<Void> stopped = stop.requested().thenRun(producer::stop);
            SourceProgress end = producer.run(source, journal, new Printed(out));
            out.println((stopped.isDone() ? "Stopped; the same command goes on from here. " : "Done. ") + line(end));
        }
    }

    private SourceJournal journal(String source) throws IOException {
        DataFolder folder = data.folder();
        Path file = RunningSources.journal(folder.journals(), source);
        return again ? SourceJournal.begin(file) : SourceJournal.resume(file);
    }

    static String line(SourceProgress progress) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d%s images, %.1f MB, %.1f/s",
                progress.source(),
                progress.delivered(),
                progress.total().isPresent() ? " of " + progress.total().getAsLong() : "",
                progress.bytes() / 1e6,
                progress.rate()));
        append(line, progress.done(), "delivered before");
        append(line, progress.tooLarge(), "too large");
        append(line, progress.unreadable(), "unreadable");
        append(line, progress.others(), "other files");
        progress.remaining()
                .filter(left -> !left.isZero())
                .ifPresent(left -> line.append(", %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart())));
        return line.toString();
    }

    private static void append(StringBuilder line, long count, String what) {
        if (count > 0) {
            line.append(", ").append(count).append(' ').append(what);
        }
    }

    private record Printed(PrintWriter out) implements SourceListener {
        @Override
        public void progress(SourceProgress progress) {
            if (Terminal.isInteractive()) {
                out.print("\r\u001b[2K" + line(progress));
                out.flush();
            } else {
                out.println(line(progress));
            }
        }

        @Override
        public void passedOver(SourceItem item) {
            if (item instanceof SourceItem.Unreadable unreadable) {
                out.println("\r%s: %s".formatted(unreadable.origin().uri(), unreadable.reason()));
            } else if (item instanceof SourceItem.TooLarge large) {
                out.println(
                        "\r%s: %d bytes are above %d".formatted(large.origin().uri(), large.bytes(), large.bound()));
            }
        }
    }
}
