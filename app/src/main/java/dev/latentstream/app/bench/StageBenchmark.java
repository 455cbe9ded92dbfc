package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.Throughput;
import java.io.IOException;

/**
 * Runs the work of one stage in two ways: through Kafka, and by calling its function directly. Both process the same images in each
 * round; the first quarter is warm-up and is not timed.
 */
interface StageBenchmark extends AutoCloseable {
    /** Calls the function directly. */
    Throughput bare(Cancellation stop) throws InterruptedException;

    /** Runs the stage on a topic that already contains the images. */
    Throughput throughKafka(int round, Cancellation stop) throws IOException, InterruptedException;

    @Override
    void close();
}
