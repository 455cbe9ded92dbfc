package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.Stage;
import java.util.Optional;

/** A loop over batches together with the networks that it computes with, which it owns. */
public final class NetworkStage implements Stage {
    private final BatchLoop<?> loop;
    private final Runnable closing;

    /**
     * Takes over a loop.
     *
     * @param closing closes the networks; called once the loop is closed
     */
    public NetworkStage(BatchLoop<?> loop, Runnable closing) {
        this.loop = loop;
        this.closing = closing;
    }

    @Override
    public String name() {
        return loop.name();
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
        closing.run();
    }

    @Override
    public Optional<Throwable> failure() {
        return loop.failure();
    }
}
