package dev.latentstream.app.bench;

import java.io.IOException;

/** Both ways in which the work of one stage can be done. The same images go through in each round, on both sides. */
interface StageBenchmark extends AutoCloseable {
    /** Does the work by calling the function. */
    Course bare(Stop stop) throws InterruptedException;

    /** Does the work by running the stage on a topic that holds the images already. */
    Course throughKafka(int round, Stop stop) throws IOException, InterruptedException;

    @Override
    void close();
}
