package dev.latentstream.app.stages;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Terminal;
import dev.latentstream.app.cli.Times;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.captioning.recaption.RecaptionLog;
import dev.latentstream.captioning.recaption.RecaptionStage;
import dev.latentstream.captioning.recaption.RecaptionStage.Progress;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.Recaption;
import dev.latentstream.schemas.SourceNames;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Captions a source again. */
@Command(
        name = "recaption",
        description = {
            "Caption the images of a source again, under the caption policy that is in force. No image is encoded again.",
            "Trainers use the new captions as they read them. A recaption that was stopped continues where it was."
        })
public final class RecaptionCommand implements Callable<Integer> {
    private static final double MIN_RATE = 0.001; // images per second
    private static final double MAX_RATE = 1e6;
    private static final Duration LINES = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Name of the source.")
    private String source = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Leave out images that were sent before, for example 2026-11-01 or 2026-11-01T10:00:00Z.")
    private @Nullable String since;

    @Option(names = "--rate", paramLabel = "N", description = "Maximum number of images per second. Default: no limit")
    private @Nullable Double rate;

    @Option(
            names = "--restart",
            description = "Begin again, although the last recaption of the source is not complete.")
    private boolean restart;

    @Option(names = "--dry-run", description = "Print the number of images, and caption none.")
    private boolean dryRun;

    private long shownAt; // nanoseconds; 0 for never
    private Progress reached = new Progress(0, 0, false);

    @Override
    public Integer call() throws Exception {
        Usage.requireValid(spec, () -> SourceNames.require(source));
        @Nullable Instant from = Usage.requireValid(
                        spec, () -> Optional.ofNullable(since).map(text -> Times.parse("since", text)))
                .orElse(null);
        double imagesPerSecond = Usage.requireValid(
                spec, () -> rate == null ? Double.POSITIVE_INFINITY : Checks.between("rate", rate, MIN_RATE, MAX_RATE));
        PipelineSettings settings = options.settingsWithFreePort();
        KafkaConnection connection = new KafkaConnection(settings.kafka());
        new TopicSetup(connection).ensure(connection.topics().fixed());
        RecaptionLog log = new RecaptionLog(connection, Clock.systemUTC());
        Recaption recaption =
                choose(connection, log, from, settings.captioning().batch().batchSize());
        PrintWriter out = spec.commandLine().getOut();
        if (dryRun) {
            long count = log.count(source, recaption);
            out.println("%s of %s would be captioned.".formatted(images(count), source));
            return 0;
        }
        run(settings, new RecaptionStage.Task(source, recaption, imagesPerSecond), out);
        return 0;
    }

    /** Returns the unfinished recaption of the source, or a new one, which is begun unless this is a dry run. */
    private Recaption choose(KafkaConnection connection, RecaptionLog log, @Nullable Instant from, int batchSize)
            throws InterruptedException {
        Optional<Recaption> unfinished = log.last(source).filter(last -> !last.getDone() && !restart);
        if (unfinished.isPresent()) {
            Usage.requireValid(spec, () -> sameSince(unfinished.get(), from));
            spec.commandLine()
                    .getOut()
                    .println("Continues recaption %d of %s, begun %s."
                            .formatted(
                                    unfinished.get().getNumber(),
                                    source,
                                    unfinished.get().getStarted()));
            return unfinished.get();
        }
        requireImages(connection, log);
        Recaption next = log.plan(source, from, batchSize);
        if (!dryRun) {
            log.begin(source, next);
        }
        return next;
    }

    /** A source that has latents has images; of another one the images themselves are asked, which takes longer. */
    private void requireImages(KafkaConnection connection, RecaptionLog log) {
        try (Admin admin = connection.admin()) {
            Set<String> topics = AdminAnswers.await(admin.listTopics().names());
            if (topics.contains(connection.topics().latents(source).name())) {
                return;
            }
        }
        Set<String> sources = log.sources();
        if (!sources.contains(source)) {
            throw new Failure(
                    "no image of source \"%s\"; there are those of %s".formatted(source, Names.listed(sources)));
        }
    }

    private boolean sameSince(Recaption unfinished, @Nullable Instant from) {
        if (from != null && !unfinished.getSince().equals(Optional.of(from))) {
            throw new IllegalArgumentException(
                    "--since %s differs from that of recaption %d, which is not complete (%s): leave it out to continue, or give --restart"
                            .formatted(
                                    from,
                                    unfinished.getNumber(),
                                    unfinished.getSince().map(Instant::toString).orElse("none")));
        }
        return true;
    }

    private void run(PipelineSettings settings, RecaptionStage.Task task, PrintWriter out) throws Exception {
        AtomicReference<RecaptionStage> stage = new AtomicReference<>();
        boolean unused = options.run(
                settings,
                out,
                pipeline -> {
                    RecaptionStage created = pipeline.recaption(task);
                    stage.set(created);
                    return List.of(created);
                },
                () -> {
                    reached = Objects.requireNonNull(stage.get()).progress();
                    show(reached, out);
                    return reached.finished();
                });
        if (Terminal.isInteractive()) {
            out.println();
        }
        out.println(reached.finished() ? "Done. " + line(reached) : "Stopped; run the same command again to continue.");
    }

    private void show(Progress now, PrintWriter out) {
        if (Terminal.isInteractive()) {
            out.print("\r\u001b[2K" + line(now) + " ");
            out.flush();
        } else if (System.nanoTime() - shownAt > LINES.toNanos() || shownAt == 0) {
            shownAt = System.nanoTime();
            out.println(line(now));
        }
    }

    private static String images(long count) {
        return count == 1 ? "1 image" : String.format(Locale.ROOT, "%,d images", count);
    }

    private String line(Progress now) {
        return String.format(
                Locale.ROOT,
                "%s: %s captioned, %.0f %% of the topic read",
                source,
                images(now.images()),
                100 * now.share());
    }
}
