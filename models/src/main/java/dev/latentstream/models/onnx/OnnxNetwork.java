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
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network in an ONNX file that maps tensors to others. Not thread-safe.
 *
 * <p>A run has a dedicated thread, so that its caller gets it back after a limit: ONNX Runtime ends a run between two operators. A run that
 * does not end then leaves the network unusable and its session open, since closing it under native code crashes the process.
 */
public final class OnnxNetwork implements AutoCloseable {
    /** Shortest time to wait for the end of a run that was asked to end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** What ONNX Runtime says before the cause: its code, the file again, and a place and a function of its source. */
    private static final Pattern BEFORE_THE_CAUSE = Pattern.compile(
            "^Error code - \\w+ - message: (Load model from .* failed: ?)?|\\S*onnxruntime\\S*:\\d+ [^(]*\\(([^()]++|\\([^()]*\\))*\\)( const)? ");

    private final String name;
    private final OrtSession session;
    private final Map<String, Tensor> inputs;
    private final Map<String, Tensor> outputs;
    private final ExecutorService thread;
    private boolean stuck;

    /**
     * A tensor as the file declares it.
     *
     * @param type of its elements
     * @param shape -1 for a free dimension
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tensor(ElementType type, long[] shape) {
        /** Whether its elements are floats of 32 bits. */
        public boolean isFloat() {
            return type == ElementType.FLOAT;
        }

        /** Whether the declared dimension allows a size. */
        public boolean allows(int dimension, long size) {
            return shape[dimension] < 0 || shape[dimension] == size;
        }
    }

    /** The type of elements. */
    public enum ElementType {
        /** 32 bits. */
        FLOAT,
        /** Integers of 64 bits. */
        INT64,
        /** Any other. */
        OTHER
    }

    /** A tensor to run on, whose elements are C-contiguous. */
    public sealed interface Feed {
        /** Of floats. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Floats(FloatBuffer elements, long[] shape) implements Feed {}

        /** Of integers. */
        @SuppressWarnings("ArrayRecordComponent")
        record Longs(LongBuffer elements, long[] shape) implements Feed {}
    }

    /** The elements of an output. */
    @SuppressWarnings("ArrayRecordComponent") // passed on without a copy, never compared
    public record Values(long[] shape, float[] elements) {}

    private OnnxNetwork(String name, OrtSession session, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        this.name = name;
        this.session = session;
        this.inputs = inputs;
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
     * @throws IOException where it cannot be loaded
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
                return new OnnxNetwork(
                        name, session, tensors(session.getInputInfo()), tensors(session.getOutputInfo()));
            } catch (OrtException | RuntimeException unusable) {
                session.close();
                throw unusable;
            }
        } catch (OrtException e) {
            throw new IOException("%s cannot be loaded: %s".formatted(file, words(e)), e);
        }
    }

    private static String words(Throwable cause) {
        return BEFORE_THE_CAUSE
                .matcher(String.valueOf(cause.getMessage()))
                .replaceAll("")
                .strip();
    }

    private static Map<String, Tensor> tensors(Map<String, NodeInfo> nodes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.getInfo() instanceof TensorInfo tensor) {
                tensors.put(name, new Tensor(type(tensor.type), tensor.getShape()));
            }
        });
        return tensors;
    }

    private static ElementType type(OnnxJavaType type) {
        if (type == OnnxJavaType.FLOAT) {
            return ElementType.FLOAT;
        }
        return type == OnnxJavaType.INT64 ? ElementType.INT64 : ElementType.OTHER;
    }

    /** The inputs by name, in the order of the file. */
    public Map<String, Tensor> inputs() {
        return inputs;
    }

    /** The outputs by name, in the order of the file. */
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    /**
     * Runs the network.
     *
     * @param feeds by the names of the inputs
     * @param wanted names of the outputs to return
     * @throws TimeLimitException if it took longer and was ended
     * @throws UnusableNetworkException if it took longer and cannot be ended
     * @throws IllegalStateException if the run failed; its message names the network
     */
    public Map<String, Values> run(Map<String, Feed> feeds, Set<String> wanted, Duration limit) {
        if (stuck) {
            throw unusable(limit);
        }
        Run run = new Run(feeds, wanted, options());
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
        return new IllegalStateException("%s failed: %s".formatted(name, words(cause)), cause);
    }

    private UnusableNetworkException unusable(Duration limit) {
        return new UnusableNetworkException("%s took longer than %d ms and does not end: the process has to restart"
                .formatted(name, limit.toMillis()));
    }

    /** One run, on the thread of the network. */
    private final class Run implements Runnable {
        private final Map<String, Feed> feeds;
        private final Set<String> wanted;
        private final OrtSession.RunOptions options;
        private final CountDownLatch end = new CountDownLatch(1);
        private final Map<String, Values> values = new LinkedHashMap<>();
        private @Nullable Throwable failure;

        Run(Map<String, Feed> feeds, Set<String> wanted, OrtSession.RunOptions options) {
            this.feeds = feeds;
            this.wanted = wanted;
            this.options = options;
        }

        @Override
        public void run() {
            Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
            try {
                for (Map.Entry<String, Feed> feed : feeds.entrySet()) {
                    tensors.put(feed.getKey(), tensor(feed.getValue()));
                }
                try (OrtSession.Result result = session.run(tensors, wanted, options)) {
                    copy(result);
                }
            } catch (Throwable failed) { // passed on to the waiting thread
                failure = failed;
            } finally {
                tensors.values().forEach(OnnxTensor::close);
                end.countDown();
            }
        }

        private static OnnxTensor tensor(Feed feed) throws OrtException {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            if (feed instanceof Feed.Floats floats) {
                return OnnxTensor.createTensor(environment, floats.elements(), floats.shape());
            }
            Feed.Longs longs = (Feed.Longs) feed;
            return OnnxTensor.createTensor(environment, longs.elements(), longs.shape());
        }

        private void copy(OrtSession.Result result) {
            for (String output : wanted) {
                OnnxTensor value = (OnnxTensor) result.get(output).orElseThrow();
                FloatBuffer found = value.getFloatBuffer();
                float[] copied = new float[found.remaining()];
                found.get(copied);
                values.put(output, new Values(value.getInfo().getShape(), copied));
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
            throw new IllegalStateException("%s: %s".formatted(name, words(e)), e);
        }
    }
}
