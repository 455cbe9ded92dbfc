package dev.latentstream.app.bench;

import dev.latentstream.app.cli.ThreadsOption;
import java.util.Optional;

/**
 * The facts about machine and process that are needed to interpret the results.
 *
 * @param pytorchThreads maximum per operation of PyTorch, on both sides
 * @param maxHeapMegabytes of this process; the broker has a heap of its own
 */
record MachineFacts(int cores, int pytorchThreads, long maxHeapMegabytes, String java, String system, String device) {
    static MachineFacts of(String device) {
        Runtime runtime = Runtime.getRuntime();
        int cores = runtime.availableProcessors();
        return new MachineFacts(
                cores,
                Optional.ofNullable(Integer.getInteger(ThreadsOption.PYTORCH_THREADS))
                        .orElse(cores), // PyTorch's own default
                runtime.maxMemory() >> 20,
                "%s (%s)".formatted(System.getProperty("java.version"), System.getProperty("java.vm.vendor")),
                "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
                device);
    }

    String line() {
        return "%d cores, PyTorch on %s with %d threads an operation, Java %s with a heap of %d MiB, %s"
                .formatted(cores, device, pytorchThreads, java, maxHeapMegabytes, system);
    }
}
