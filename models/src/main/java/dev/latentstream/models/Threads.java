package dev.latentstream.models;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** The threads among which PyTorch divides the work of an operator. */
public final class Threads {
    private Threads() {}

    /**
     * Sets the number of threads per operator for this thread, and for each thread that has not called an operator yet. With too few cores,
     * threads that call operators at the same time wait for each other in every one of them.
     */
    public static void use(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("%d threads are fewer than 1".formatted(threads));
        }
        Engine.getEngine("PyTorch"); // loads the native library, if nothing has yet
        JniUtils.setNumThreads(threads);
    }
}
