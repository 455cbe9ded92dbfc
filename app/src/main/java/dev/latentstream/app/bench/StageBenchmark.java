package dev.latentstream.app.bench;

import java.io.IOException;

/**
 * Both ways in which the work of one stage can be done. The same images go through on both sides in each round, the first quarter
 * as warm-up; told is how fast the others are done.
 */
interface StageBenchmark extends AutoCloseable {
    /** Does the work by calling the function. */
    Throughput bare(Cancellation stop) throws InterruptedException;

    /** Does the work by running the stage on a topic that holds the images already. */
    Throughput throughKafka(int round, Cancellation stop) throws IOException, InterruptedException;

    @Override
    void close();
}
