package dev.latentstream.app;

import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.KilledPipeline;
import dev.latentstream.app.testing.PipelineAccount;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of a whole pipeline that are killed with signal 9 one after the other, while images arrive, policies change, a schedule runs, a
 * source joins, an image is removed and a source is captioned again. Every image ends where it belongs, once, and every run has the steps and
 * the weights of an uninterrupted run.
 *
 * <p>The property {@code kills} is the number of kills, 50 in the profile nightly; the test is left out without it. {@code seed} determines them.
 */
@EnabledIfSystemProperty(named = "kills", matches = "[0-9]+", disabledReason = "it takes minutes: mvn verify -Pnightly")
class KilledPipelineIT {
    private static final int KILLS = Integer.getInteger("kills", 0);
    private static final long SEED = Long.getLong("seed", System.nanoTime() % 1_000_000);

    /** Images before each kill. */
    private static final int IMAGES = 8;

    private static final String RECAPTIONED = "first";
    private static final Duration STANDSTILL = Duration.ofSeconds(10);

    @TempDir
    private Path folder = Path.of("");

    private final Random random = new Random(SEED);
    private final Set<String> runs = new TreeSet<>();
    private final Set<String> removed = new TreeSet<>();
    private int recaptions;

    /** The victims, in the order in which a short test kills them. */
    private enum Victim {
        CAPTION,
        BROKER,
        ENCODE,
        RECAPTION,
        INGEST,
        REDISTRIBUTE,
        WAIT,
        REPEAT
    }

    @Test
    void everyImageEndsOnceWhereItBelongsAndEveryRunIsThatOfOneThatWasNotKilled() throws Exception {
        System.out.printf("KilledPipelineIT: %d kills, -Dseed=%d%n", KILLS, SEED);
        try (KilledPipeline pipeline = KilledPipeline.start(folder, "kill%d-".formatted(SEED));
                GroupPositions positions = new GroupPositions(pipeline.connection(), pipeline.log())) {
            PipelineAccount account =
                    new PipelineAccount(pipeline.log(), pipeline.connection().topics(), removed);
            begin(pipeline, account);
            for (int i = 0; i < KILLS; i++) {
                Victim victim = victims(i / Victim.values().length).get(i % Victim.values().length);
                System.out.printf("KilledPipelineIT: %d %s%n", i + 1, victim);
                operate(pipeline, i);
                kill(pipeline, account, positions, victim);
                pipeline.check();
            }
            replaceAStoppedCaptioner(pipeline, account);

            pipeline.awaitComplete(account);
            pipeline.check();
            account.check(pipeline.sent());
            account.checkRecaptioned(RECAPTIONED, recaptions);
            if (!removed.isEmpty()) {
                List<String> undo = new ArrayList<>(List.of("remove", "--undo"));
                undo.addAll(removed); // a replay would skip them
                pipeline.command(undo.toArray(String[]::new));
            }
            pipeline.endTransactions(runs);
            for (String run : runs) {
                int steps = RunComparison.withAnUninterruptedRun(pipeline, run);
                System.out.printf("%s: %d positions of its group are true%n", run, positions.check(run, steps));
            }
        }
    }

    private List<Victim> victims(int round) {
        List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
        if (KILLS > victims.size()) {
            Collections.shuffle(victims, new Random(SEED + round));
        }
        return victims;
    }

    /** Two sources: one that is complete and will be captioned again, and one that grows. */
    private void begin(KilledPipeline pipeline, PipelineAccount account) throws Exception {
        pipeline.startStage("ingest", "ingest");
        pipeline.startStage("caption", "caption");
        pipeline.startStage("encode", "encode");
        pipeline.command("control", "set", "caption", "--captions=1", "--author=test");
        pipeline.command(
                "control",
                "set",
                "mixture",
                "--default-weight=0.1", // a run that waits soon waits for a small source
                "--weight=growing=1",
                "--author=test");
        send(pipeline, RECAPTIONED);
        send(pipeline, "growing");
        pipeline.awaitComplete(account);
    }

    private void send(KilledPipeline pipeline, String source) throws IOException {
        pipeline.send(source, IMAGES, 1000);
    }

    /** Changes a policy, lets a schedule run or a source join, or removes an image. */
    private void operate(KilledPipeline pipeline, int turn) throws Exception {
        switch (turn % 4) {
            case 0 ->
                pipeline.command(
                        "control", "set", "caption", "--level=dense=" + (1 + random.nextInt(5)), "--author=test");
            case 1 ->
                pipeline.command(
                        "control",
                        "set",
                        "mixture",
                        "--alt-text=0." + (1 + random.nextInt(8)),
                        "--schedule=weight/growing=linear:%d-%d:%d"
                                .formatted(10 * turn, 10 * turn + 8, 1 + random.nextInt(4)),
                        "--author=test");
            case 2 -> send(pipeline, "joined" + Math.min(turn / 4, 2));
            case 3 -> {
                List<String> images = new ArrayList<>();
                await().atMost(KilledPipeline.PATIENCE)
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> images.addAll(pipeline.log()
                                .table(pipeline.connection().topics().latents("growing"))
                                .keySet()));
                String image = images.get(random.nextInt(images.size()));
                pipeline.command("remove", image, "--reason=opt-out", "--author=test");
                removed.add(image);
            }
            default -> throw new IllegalStateException("turn " + turn);
        }
    }

    private void kill(KilledPipeline pipeline, PipelineAccount account, GroupPositions positions, Victim victim)
            throws Exception {
        Topics topics = pipeline.connection().topics();
        switch (victim) {
            case INGEST -> killStage(pipeline, "ingest", topics.images());
            case CAPTION -> killStage(pipeline, "caption", topics.captions());
            case ENCODE ->
                killStage(pipeline, "encode", random.nextBoolean() ? topics.encodings() : topics.latents("growing"));
            case REPEAT -> killTrainer(pipeline, positions, "repeat");
            case REDISTRIBUTE -> killTrainer(pipeline, positions, "redistribute");
            case WAIT -> killTrainer(pipeline, positions, "wait");
            case BROKER -> killBroker(pipeline, positions);
            case RECAPTION -> killRecaption(pipeline, account);
        }
    }

    /** Kills a stage once it has written some of what it will; its transaction is open if it is one of a batch loop. */
    private void killStage(KilledPipeline pipeline, String stage, Topic<?> output) throws Exception {
        long written = pipeline.offsets(output);
        int records = random.nextInt(IMAGES - 1);
        send(pipeline, "growing");
        pipeline.awaitOffsets(output, written + records);
        pipeline.kill(stage);
        pipeline.startStage(stage, stage);
    }

    /** Kills a trainer that repeats steps, trains new ones, or waits for records that do not come. */
    private void killTrainer(KilledPipeline pipeline, GroupPositions positions, String run) throws Exception {
        send(pipeline, "growing");
        startTrainer(pipeline, positions, run, 1 + random.nextInt(10));
        pipeline.kill(run);
    }

    /** Starts a trainer, and returns once it has trained some steps or stands still. */
    private CommandProcess startTrainer(KilledPipeline pipeline, GroupPositions positions, String run, int steps)
            throws Exception {
        Set<String> killed = new TreeSet<>(runs);
        killed.remove(run);
        pipeline.endTransactions(killed);
        runs.add(run);
        positions.follow(run);
        CommandProcess trainer = pipeline.startTrainer(run);
        awaitSteps(trainer, steps);
        return trainer;
    }

    private static void awaitSteps(CommandProcess trainer, long steps) {
        AtomicLong lines = new AtomicLong();
        AtomicLong since = new AtomicLong(System.nanoTime());
        await().atMost(KilledPipeline.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    trainer.requireAlive();
                    long started = trainer.lines("Running on");
                    long trained = trainer.lines("step ");
                    if (lines.getAndSet(started + trained) != started + trained) {
                        since.set(System.nanoTime());
                    }
                    boolean standsStill = started > 0 && System.nanoTime() - since.get() > STANDSTILL.toNanos();
                    return standsStill || trained >= steps;
                });
    }

    /** Kills the broker, then stops it in order, while a source sends, the stages work and a trainer trains. */
    private void killBroker(KilledPipeline pipeline, GroupPositions positions) throws Exception {
        CommandProcess trainer = startTrainer(pipeline, positions, "repeat", 2);
        Topics topics = pipeline.connection().topics();
        long captioned = pipeline.offsets(topics.captions());
        long encoded = pipeline.offsets(topics.encodings());
        int images = 3 * IMAGES;
        CompletableFuture<Void> source = CompletableFuture.runAsync(() -> {
            try {
                pipeline.send("growing", images, 2);
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        pipeline.awaitOffsets(topics.captions(), captioned + 1 + random.nextInt(IMAGES));
        pipeline.killBroker();
        pipeline.startBroker();
        pipeline.awaitOffsets(topics.encodings(), encoded + IMAGES + random.nextInt(IMAGES));
        pipeline.stopBroker();
        pipeline.startBroker();
        source.join();
        awaitSteps(trainer, trainer.lines("step ") + 3);
        pipeline.kill("repeat");
    }

    /** Kills a recaption on its way, and runs it again. */
    private void killRecaption(KilledPipeline pipeline, PipelineAccount account) throws Exception {
        pipeline.awaitComplete(account);
        Topic<?> captions = pipeline.connection().topics().captions();
        long written = pipeline.offsets(captions);
        pipeline.start(
                "recaption",
                "recaption",
                "--source=" + RECAPTIONED,
                "--rate=2",
                "--config=" + folder.resolve("repeat-0.yaml"));
        recaptions++;
        pipeline.awaitOffsets(captions, written + 1 + random.nextInt(IMAGES / 2));
        pipeline.kill("recaption");
        pipeline.command("recaption", "--source=" + RECAPTIONED);
    }

    /** Stops a captioner within its work for longer than its session and its transaction, and continues it after another took over. */
    private void replaceAStoppedCaptioner(KilledPipeline pipeline, PipelineAccount account) throws Exception {
        Topic<?> captions = pipeline.connection().topics().captions();
        long written = pipeline.offsets(captions);
        send(pipeline, "growing");
        pipeline.awaitOffsets(captions, written + 1);
        CommandProcess stopped = pipeline.process("caption");
        stopped.signal("STOP");
        send(pipeline, "growing");
        pipeline.startStage("second", "caption");
        pipeline.awaitComplete(account);
        stopped.signal("CONT");
        await().atMost(KilledPipeline.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    stopped.requireAlive();
                    return pipeline
                                    .admin()
                                    .describeConsumerGroups(
                                            List.of(pipeline.connection().groupId("captioning")))
                                    .all()
                                    .get()
                                    .values()
                                    .iterator()
                                    .next()
                                    .members()
                                    .stream()
                                    .filter(member -> !member.assignment()
                                            .topicPartitions()
                                            .isEmpty())
                                    .count()
                            == 2;
                });
        send(pipeline, "growing"); // to both
    }
}
