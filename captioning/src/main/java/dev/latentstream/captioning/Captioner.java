package dev.latentstream.captioning;

import java.util.List;

/** Describes images in words: a network on a device, or a service elsewhere. Slow, and works on batches. */
public interface Captioner extends AutoCloseable {
    /** Name of the model and, where its weights are at hand, their hash; every caption carries it. */
    String id();

    /**
     * Captions a batch.
     *
     * <p>Called from one thread. One bad image never hurts the others: what goes wrong with it is its outcome.
     *
     * @return one outcome a request, in the order of the requests
     * @throws dev.latentstream.runtime.InfrastructureException where not an image but the captioner is at fault: a service that is
     *     down, a key that is refused
     */
    List<Captioned> caption(List<ImageToCaption> batch);

    @Override
    void close();
}
