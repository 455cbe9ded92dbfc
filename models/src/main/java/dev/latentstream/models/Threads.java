package dev.latentstream.models;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** The threads that share the work of an operator. */
public final class Threads {
    private Threads() {}

    /**
     * Sets how many threads share the work of an operator that this thread calls from now on, and of each thread that has called
     * none yet. Threads that call operators side by side on too few cores wait for each other at every one of them.
     */
    public static void use(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("%d threads are fewer than 1".formatted(threads));
        }
        Engine.getEngine("PyTorch"); // loads the native library, where nothing has yet
        JniUtils.setNumThreads(threads);
    }
}
