package dev.latentstream.app.bench.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * The rate at which images were processed.
 *
 * @param cpuMillis CPU time of this process per image, in milliseconds, of all threads; unlike the rate it hardly depends on other
 *     load of the machine
 */
public record Throughput(double imagesPerSecond, double cpuMillis) {
    /** A stopwatch that starts when it is created. */
    public static final class Watch {
        private final long start = System.nanoTime();
        private final long cpuStart = cpuNanos();

        public Throughput of(long images) {
            long nanos = System.nanoTime() - start;
            return new Throughput(images * 1e9 / nanos, (cpuNanos() - cpuStart) / 1e6 / images);
        }
    }

    private static long cpuNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean known ? known.getProcessCpuTime() : 0;
    }
}
