package dev.latentstream.models.onnx;

import ai.djl.Device;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A network in an ONNX file that maps one tensor of floats to others. Not thread-safe.
 *
 * <p>A run has a dedicated thread, so that its caller gets it back after a limit: ONNX Runtime ends a run between two operators. A run that
 * does not end then leaves the network unusable and its session open, since closing it under native code crashes the process.
 */
public final class OnnxNetwork implements AutoCloseable {
    /** Shortest time to wait for the end of a run that was asked to end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String name;
    private final OrtSession session;
    private final String input;
    private final Tensor inputInfo;
    private final Map<String, Tensor> outputs;
    private final ExecutorService thread;
    private boolean stuck;

    /**
     * A tensor as the file declares it.
     *
     * @param isFloat whether its elements are floats of 32 bits
     * @param shape -1 for a free dimension
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tensor(boolean isFloat, long[] shape) {
        /** Whether the declared dimension allows a size. */
        public boolean allows(int dimension, long size) {
            return shape[dimension] < 0 || shape[dimension] == size;
        }
    }

    /** The elements of an output. */
    @SuppressWarnings("ArrayRecordComponent") // passed on without a copy, never compared
    public record Values(long[] shape, float[] elements) {}

    private OnnxNetwork(String name, OrtSession session, String input, Tensor inputInfo, Map<String, Tensor> outputs) {
        this.name = name;
        this.session = session;
        this.input = input;
        this.inputInfo = inputInfo;
        this.outputs = outputs;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "onnx-" + name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Loads a file.
     *
     * @param name in messages
     * @param threads of one run; 0 for one per core
     * @throws IOException where it cannot be loaded, or does not have exactly one input
     */
    public static OnnxNetwork load(String name, Path file, Device device, int threads) throws IOException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // errors are exceptions
            options.setIntraOpNumThreads(threads);
            if (device.isGpu()) {
                options.addCUDA(device.getDeviceId());
            }
            OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
            try {
                Map<String, Tensor> inputs = tensors(session.getInputInfo());
                if (inputs.size() != 1) {
                    throw new IOException("%s has %d inputs %s, not 1".formatted(file, inputs.size(), inputs.keySet()));
                }
                Map.Entry<String, Tensor> input = inputs.entrySet().iterator().next();
                return new OnnxNetwork(
                        name, session, input.getKey(), input.getValue(), tensors(session.getOutputInfo()));
            } catch (IOException | OrtException | RuntimeException unusable) {
                session.close();
                throw unusable;
            }
        } catch (OrtException e) {
            throw new IOException("%s cannot be loaded: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Map<String, Tensor> tensors(Map<String, NodeInfo> nodes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.getInfo() instanceof TensorInfo tensor) {
                tensors.put(name, new Tensor(tensor.type == OnnxJavaType.FLOAT, tensor.getShape()));
            }
        });
        return tensors;
    }

    /** The input. */
    public Tensor input() {
        return inputInfo;
    }

    /** The outputs by name, in the order of the file. */
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    /**
     * Runs the network.
     *
     * @param elements C-contiguous
     * @param wanted names of the outputs to return
     * @throws TimeLimitException if it took longer and was ended
     * @throws UnusableNetworkException if it took longer and cannot be ended
     * @throws IllegalStateException if the run failed; its message names the network
     */
    public Map<String, Values> run(FloatBuffer elements, long[] shape, Set<String> wanted, Duration limit) {
        if (stuck) {
            throw unusable(limit);
        }
        Run run = new Run(elements, shape, wanted, options());
        thread.execute(run);
        boolean inTime = run.isEndedWithin(limit);
        if (!inTime) {
            run.terminate();
            stuck = !run.isEndedWithin(limit.compareTo(GRACE) < 0 ? GRACE : limit);
        }
        if (stuck) {
            throw unusable(limit);
        }
        run.options.close(); // not of a run that does not end: native code still uses them
        if (!inTime) {
            throw new TimeLimitException(
                    "%s took longer than %d ms and was ended".formatted(name, limit.toMillis()), limit);
        }
        return run.outcome();
    }

    private OrtSession.RunOptions options() {
        try {
            return new OrtSession.RunOptions();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private IllegalStateException failed(Throwable cause) {
        return new IllegalStateException("%s failed: %s".formatted(name, cause.getMessage()), cause);
    }

    private UnusableNetworkException unusable(Duration limit) {
        return new UnusableNetworkException("%s took longer than %d ms and does not end: the process has to restart"
                .formatted(name, limit.toMillis()));
    }

    /** One run, on the thread of the network. */
    private final class Run implements Runnable {
        private final FloatBuffer elements;
        private final long[] shape;
        private final Set<String> wanted;
        private final OrtSession.RunOptions options;
        private final CountDownLatch end = new CountDownLatch(1);
        private final Map<String, Values> values = new LinkedHashMap<>();
        private @Nullable Throwable failure;

        Run(FloatBuffer elements, long[] shape, Set<String> wanted, OrtSession.RunOptions options) {
            this.elements = elements;
            this.shape = shape;
            this.wanted = wanted;
            this.options = options;
        }

        @Override
        public void run() {
            try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), elements, shape);
                    OrtSession.Result result = session.run(Map.of(input, tensor), wanted, options)) {
                for (String output : wanted) {
                    OnnxTensor value = (OnnxTensor) result.get(output).orElseThrow();
                    FloatBuffer found = value.getFloatBuffer();
                    float[] copied = new float[found.remaining()];
                    found.get(copied);
                    values.put(output, new Values(value.getInfo().getShape(), copied));
                }
            } catch (Throwable failed) { // passed on to the waiting thread
                failure = failed;
            } finally {
                end.countDown();
            }
        }

        void terminate() {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw failed(e);
            }
        }

        /** Whether it ends within a time, in whatever way. An interrupt is passed on after the wait: it cannot stop native code. */
        boolean isEndedWithin(Duration time) {
            long deadline = System.nanoTime() + time.toNanos();
            boolean interrupted = false;
            while (true) {
                try {
                    boolean ended = end.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return ended;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        }

        Map<String, Values> outcome() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw failed(failure);
            }
            return values;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        if (stuck) {
            return;
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("%s: %s".formatted(name, e.getMessage()), e);
        }
    }
}
