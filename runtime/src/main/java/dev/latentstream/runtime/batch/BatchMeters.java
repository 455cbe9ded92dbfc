package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.batch.BatchBuffer.Batch;
import dev.latentstream.runtime.batch.InFlightBatches.Done;
import dev.latentstream.runtime.kafka.DeadLetterReason;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;

/** The meters of one stage's batches. Thread-safe. */
record BatchMeters(String stage, Meters meters) {
    BatchMeters {
        DeadLetterReason.register(meters, stage);
    }

    void processed(Batch batch, long nanos) {
        meters.record(Meter.STAGE_PROCESS, Duration.ofNanos(nanos), stage);
        meters.record(Meter.STAGE_BATCH_SIZE, batch.records().size(), stage);
    }

    void committed(Iterable<Done> batches, long nanos) {
        meters.record(Meter.STAGE_COMMIT, Duration.ofNanos(nanos), stage);
        for (Done done : batches) {
            meters.add(Meter.STAGE_RECEIVED, done.batch().records().size(), stage);
            meters.add(Meter.STAGE_WRITTEN, done.result().outputs().size(), stage);
            done.result()
                    .letters()
                    .forEach(letter ->
                            meters.count(Meter.DLQ, stage, letter.reason().label()));
        }
    }

    /** @param reason {@code transaction} or {@code rebalance} */
    void repeated(int batches, String reason) {
        meters.add(Meter.STAGE_REPEATED, batches, stage, reason);
    }

    void waited(long nanos) {
        meters.add(Meter.STAGE_WAIT_SECONDS, nanos / 1e9, stage);
    }
}
