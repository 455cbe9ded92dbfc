package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.PreloadedTopic;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;

/** Times a stage that processes given records. */
final class StageRun {
    /** A measurement takes several seconds. To count takes CPU time, a tenth of a millisecond at each look. */
    private static final Duration EVERY = Duration.ofMillis(20);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private StageRun() {}

    /**
     * Gives a running stage the records of the warm-up and, once it is idle again, the rest.
     *
     * @param done number of records that the stage has processed
     * @return the throughput of the rest, from the commit that makes them visible until the last is processed
     */
    static <V extends SpecificRecord> Throughput speed(
            KafkaConnection connection,
            Topic<V> input,
            List<KeyedRecord<V>> records,
            int warmUp,
            Stage stage,
            LongSupplier done,
            Cancellation stop)
            throws InterruptedException {
        try (PreloadedTopic<V> delivery = new PreloadedTopic<>(connection, input)) {
            delivery.write(records.subList(0, warmUp), stop);
            delivery.show();
            await(warmUp, done, stage, stop);
            delivery.write(records.subList(warmUp, records.size()), stop);
            Throughput.Watch watch = new Throughput.Watch();
            delivery.show();
            await(records.size(), done, stage, stop);
            return watch.of(records.size() - warmUp);
        }
    }

    private static void await(long total, LongSupplier done, Stage stage, Cancellation stop)
            throws InterruptedException {
        long before = done.getAsLong();
        long moved = System.nanoTime();
        for (long now = before; now < total; now = done.getAsLong()) {
            stop.await(EVERY);
            stage.failure().ifPresent(failure -> {
                throw new Failure("the stage %s failed: %s".formatted(stage.name(), failure), failure);
            });
            if (now > before) {
                before = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                throw new Failure("the stage %s has made no progress at %d of %d images for %d s"
                        .formatted(stage.name(), now, total, PATIENCE.toSeconds()));
            }
        }
    }
}
