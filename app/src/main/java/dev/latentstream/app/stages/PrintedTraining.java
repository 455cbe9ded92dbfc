package dev.latentstream.app.stages;

import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainerStage;
import dev.latentstream.trainer.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Trains a run and prints its progress. */
public record PrintedTraining(PrintWriter out) implements TrainingListener {
    /**
     * Trains the run of some settings in this process.
     *
     * @return whether it is complete; otherwise the process was asked to stop
     */
    public static boolean run(StageOptions options, PipelineSettings settings, PrintWriter out)
            throws IOException, InterruptedException {
        AtomicReference<@Nullable TrainerStage> trainer = new AtomicReference<>();
        return options.run(
                settings,
                out,
                pipeline -> {
                    TrainerStage stage = pipeline.training(new PrintedTraining(out));
                    trainer.set(stage);
                    return List.of(stage);
                },
                () -> isFinished(trainer.get()));
    }

    @Override
    public void firstBatch(long step, Duration after) {
        out.println(String.format(Locale.ROOT, "first batch (step %d) after %.1f s", step, after.toMillis() / 1e3));
    }

    @Override
    public void progress(TrainingMetrics metrics) {
        out.println(String.format(
                Locale.ROOT,
                "step %d  loss %.4f  %.1f images/s  waiting for data %.1f %%  %.2f nouns per caption  mixture %s",
                metrics.getStep(),
                metrics.getLoss(),
                metrics.getImagesPerSecond(),
                metrics.getStall() * 100,
                metrics.getNounsPerCaption(),
                shares(metrics.getMixture())));
    }

    private static String shares(Map<String, Double> mixture) {
        return mixture.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(share -> String.format(Locale.ROOT, "%s %.0f %%", share.getKey(), share.getValue() * 100))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void checkpoint(Path folder) {
        out.println("checkpoint " + folder);
    }

    @Override
    public void samples(Path grid) {
        out.println("samples " + grid);
    }

    /** Returns whether the run is complete; one that failed is not, so that its failure is reported. */
    private static boolean isFinished(@Nullable TrainerStage stage) {
        return stage != null && stage.finished().isDone() && !stage.finished().isCompletedExceptionally();
    }
}
