package dev.latentstream.app.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * How fast images were done.
 *
 * @param cpuMillis processor time of this process for an image, in milliseconds, whatever thread spent it; unlike the rate it hardly
 *     depends on what else the machine does
 */
record Throughput(double imagesPerSecond, double cpuMillis) {
    /** Runs from its making. */
    static final class Watch {
        private final long start = System.nanoTime();
        private final long cpuStart = cpuNanos();

        Throughput of(long images) {
            long nanos = System.nanoTime() - start;
            return new Throughput(images * 1e9 / nanos, (cpuNanos() - cpuStart) / 1e6 / images);
        }
    }

    private static long cpuNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean known ? known.getProcessCpuTime() : 0;
    }
}
