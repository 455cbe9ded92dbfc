package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.trainer.feed.TrainingBatch;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Turns the mixture at random moments of the steps of a feed, and looks for the first step under each policy. Everything is as in a
 * trainer, but a step only takes its time.
 */
final class DialBenchmark {
    private static final Duration STEP = Duration.ofMillis(50);
    private static final int LONGEST = 1000; // steps until a change is given up

    private final KafkaConnection connection;
    private final FeedSettings settings;
    private final int batchSize;
    private final SplittableRandom random;

    /** @param connection to latents of the sources {@code east} and {@code west} */
    DialBenchmark(KafkaConnection connection, FeedSettings settings, int batchSize, long seed) {
        this.connection = connection;
        this.settings = settings;
        this.batchSize = batchSize;
        random = new SplittableRandom(seed);
    }

    DialResult measure(int turns, Cancellation stop) throws InterruptedException {
        List<DialResult.Turn> measured = new ArrayList<>();
        ExecutorService operator = Executors.newSingleThreadExecutor();
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters)) {
            policies.start();
            PolicyWriter writer = new PolicyWriter(connection, meters, Clock.systemUTC());
            try (RunningFeed feed = RunningFeed.recorded(connection, "dial", settings, batchSize, policies::mixture)) {
                TrainingBatch unused = feed.next();
                for (int turn = 0; turn < turns; turn++) {
                    measured.add(turn(turn, feed, writer, operator, stop));
                }
            }
        } finally {
            operator.shutdownNow();
        }
        return new DialResult(STEP.toMillis(), measured);
    }

    private DialResult.Turn turn(
            int turn, RunningFeed feed, PolicyWriter writer, ExecutorService operator, Cancellation stop)
            throws InterruptedException {
        Duration before = Duration.ofNanos(random.nextLong(STEP.toNanos()));
        stop.await(before);
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("east", 1.0 + turn % 2, "west", 1.0))
                .build();
        long start = System.nanoTime();
        Future<Long> written = operator.submit(() -> {
            Policy unused = writer.write(policy, "bench");
            return System.nanoTime();
        });
        List<Long> starts = new ArrayList<>(); // of steps
        stop.await(STEP.minus(before));
        for (long steps = 1; steps < LONGEST; steps++) {
            TrainingBatch batch = feed.next();
            long now = System.nanoTime();
            starts.add(now);
            if (batch.policy().policy().getSourceWeights().equals(policy.getSourceWeights())) {
                long acknowledged = require(written);
                long since =
                        starts.stream().filter(step -> step >= acknowledged).count();
                return new DialResult.Turn(steps, since, (now - start) / 1e9);
            }
            stop.await(STEP);
        }
        throw new Failure("the change %d has had no effect after %d steps".formatted(turn, LONGEST));
    }

    private static long require(Future<Long> written) throws InterruptedException {
        try {
            return written.get();
        } catch (ExecutionException failed) {
            throw new Failure("a policy was not written: " + AdminAnswers.reason(failed), failed);
        }
    }
}
