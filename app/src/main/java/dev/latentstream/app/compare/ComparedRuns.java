package dev.latentstream.app.compare;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.ledger.LedgerReader;
import dev.latentstream.app.ledger.RunSteps;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.models.backbone.ModelCost;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.trainer.Checkpoints;
import dev.latentstream.trainer.TrainedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs as their checkpoints, samples, ledgers and metrics describe them.
 *
 * @param runs in the order in which they were named
 * @param sequences their samples
 */
record ComparedRuns(List<ComparedRun> runs, List<SampleSequence> sequences) {
    ComparedRuns {
        runs = List.copyOf(runs);
        sequences = List.copyOf(sequences);
    }

    /**
     * Reads runs of the same latents.
     *
     * @param folder of all runs
     * @param encoder the text encoder of the runs
     */
    static ComparedRuns read(KafkaConnection connection, Path folder, TextEncoder encoder, List<String> names)
            throws IOException {
        List<TrainedRun> trained = new ArrayList<>();
        for (String name : names) {
            trained.add(TrainedRun.read(folder.resolve(name))
                    .orElseThrow(() -> new Failure(
                            "there is no checkpoint of a run %s in %s: name a run that was trained there, or another folder by the settings' trainer.folder"
                                    .formatted(name, folder))));
        }
        requireComparable(trained, encoder);
        List<ComparedRun> runs = new ArrayList<>();
        List<SampleSequence> sequences = new ArrayList<>();
        try (TopicReader topics = new TopicReader(connection);
                LedgerReader ledger = new LedgerReader(connection, topics)) {
            Map<String, RunReports> reports = RunReports.read(connection, topics);
            for (TrainedRun run : trained) {
                RunReports own = reports.getOrDefault(run.run(), new RunReports(List.of()));
                List<Long> hashes = new ArrayList<>();
                List<ComparedRun.Step> steps = steps(ledger, run.run(), own, hashes);
                runs.add(new ComparedRun(
                        run.run(),
                        run.network().getClass().getSimpleName(),
                        ModelCost.of(
                                run.network(),
                                run.format().height(),
                                run.format().width(),
                                encoder.tokens(),
                                encoder.pooledWidth()),
                        own.imagesPerSecond(),
                        steps,
                        Checkpoints.allSamples(folder.resolve(run.run()))));
                sequences.add(new SampleSequence(run.run(), hashes));
            }
        }
        return new ComparedRuns(runs, sequences);
    }

    /** Losses and samples of other latents or texts have nothing in common. */
    private static void requireComparable(List<TrainedRun> runs, TextEncoder encoder) {
        TrainedRun first = runs.get(0);
        for (TrainedRun run : runs) {
            if (!run.format().equals(first.format())) {
                throw new Failure(
                        "the runs %s and %s have different latents: %s of %s, and %s of %s; only runs on the same kind of latents can be compared"
                                .formatted(
                                        first.run(),
                                        run.run(),
                                        first.format().shape(),
                                        first.format().encoderId(),
                                        run.format().shape(),
                                        run.format().encoderId()));
            }
            if (!run.facts().getTextEncoder().equals(encoder.id())) {
                throw new Failure(
                        "the run %s has the text encoder %s, the settings have %s: give that of the runs (--text-encoder)"
                                .formatted(run.run(), run.facts().getTextEncoder(), encoder.id()));
            }
        }
    }

    /** Returns the steps with a loss, and adds a hash of the samples of each. */
    private static List<ComparedRun.Step> steps(LedgerReader ledger, String run, RunReports reports, List<Long> hashes)
            throws IOException {
        RunSteps recorded = ledger.run(run);
        if (recorded.firstStep() > 1) {
            throw new Failure(
                    "the ledger has the run %s from step %d on only, so that its samples cannot be counted: retention has deleted the steps before"
                            .formatted(run, recorded.firstStep()));
        }
        if (reports.lastStep() == 0) {
            throw new Failure(
                    "training-metrics has no report of the run %s: retention has deleted them".formatted(run));
        }
        Map<Long, Float> losses = reports.losses();
        List<ComparedRun.Step> steps = new ArrayList<>();
        long[] samples = {0};
        ledger.steps(recorded, 1, reports.lastStep(), step -> {
            samples[0] += step.getSamples().size() - step.getSkipped().size();
            steps.add(new ComparedRun.Step(samples[0], losses.getOrDefault(step.getStep(), Float.NaN)));
            hashes.add(SampleSequence.hash(step));
            return true;
        });
        return steps;
    }
}
