package dev.latentstream.app;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.KilledPipeline;
import dev.latentstream.app.testing.PipelineAccount;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every stage and a trainer in one process that is killed with signal 9 five times, each time in the middle of another topic, while images
 * arrive, policies change, a source joins, an image is removed and a source is captioned again. {@link KilledPipelineIT} kills processes
 * one by one, and more often.
 */
class KilledStagesIT {
    /** {@code -Dseed=N} repeats the order and the number of records before each kill. */
    private static final long SEED = Long.getLong("seed", System.nanoTime() % 1_000_000);

    private static final int IMAGES = 8;
    private static final String RECAPTIONED = "first";
    private static final String RUN = "redistribute";
    private static final String STAGES = "stages";

    @TempDir
    private Path folder = Path.of("");

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final Random random = new Random(SEED);
    private final Set<String> removed = new TreeSet<>();

    @Test
    void everyImageEndsOnceWhereItBelongsAndTheRunIsThatOfOneThatWasNotKilled() throws Exception {
        System.out.printf("KilledStagesIT: -Dseed=%d%n", SEED);
        try (KilledPipeline pipeline = KilledPipeline.on(cluster, folder, "stages%d-".formatted(SEED))) {
            Topics topics = pipeline.connection().topics();
            PipelineAccount account = new PipelineAccount(pipeline.log(), topics, removed);
            pipeline.command("control", "set", "caption", "--captions=1", "--author=test");
            pipeline.startAll(STAGES, RUN);
            pipeline.send(RECAPTIONED, IMAGES, 1000);
            pipeline.send("growing", IMAGES, 1000);
            pipeline.awaitComplete(account);
            List<Topic<?>> outputs = new ArrayList<>(List.of(
                    topics.images(),
                    topics.captions(),
                    topics.encodings(),
                    topics.latents("growing"),
                    topics.trainingLedger()));
            Collections.shuffle(outputs, random);
            for (int i = 0; i < outputs.size(); i++) {
                operate(pipeline, i);
                kill(pipeline, outputs.get(i));
            }

            pipeline.awaitComplete(account);
            pipeline.check();
            account.check(pipeline.sent());
            account.checkRecaptioned(RECAPTIONED, 1);
            pipeline.kill(STAGES);
            pipeline.command("remove", "--undo", removed.iterator().next()); // a replay would skip it
            pipeline.endTransactions(Set.of(RUN));
            RunComparison.withAnUninterruptedRun(pipeline, RUN);
        }
    }

    private void operate(KilledPipeline pipeline, int turn) throws Exception {
        switch (turn) {
            case 0 -> pipeline.command("control", "set", "caption", "--level=dense=4", "--author=test");
            case 1 ->
                pipeline.command(
                        "control",
                        "set",
                        "mixture",
                        "--alt-text=0.3",
                        "--weight=growing=1",
                        "--schedule=weight/growing=linear:2-8:3",
                        "--author=test");
            case 2 -> pipeline.send("joined", IMAGES, 1000);
            case 3 -> {
                Set<String> images = pipeline.log()
                        .table(pipeline.connection().topics().latents(RECAPTIONED))
                        .keySet();
                String image = List.copyOf(images).get(random.nextInt(images.size()));
                pipeline.command("remove", image, "--reason=opt-out", "--author=test");
                removed.add(image);
            }
            default -> pipeline.command("recaption", "--source=" + RECAPTIONED);
        }
    }

    /** Kills the process once it has written some records of a topic; transactions of the others are open then. */
    private void kill(KilledPipeline pipeline, Topic<?> output) throws Exception {
        CommandProcess process = pipeline.process(STAGES);
        long written = pipeline.offsets(output);
        pipeline.send("growing", IMAGES, 1000);
        boolean ofSteps = output.equals(pipeline.connection().topics().trainingLedger());
        pipeline.awaitOffsets(output, written + 1 + random.nextInt(ofSteps ? 2 : IMAGES - 2));
        process.requireAlive();
        pipeline.kill(STAGES);
        pipeline.startAll(STAGES, RUN);
    }
}
