package dev.latentstream.captioning;

import java.util.List;

/** Captions batches of images: a network on a local device, or a remote service. */
public interface Captioner extends AutoCloseable {
    /** Returns the model name and, for a local model, the hash of its weights; recorded with every caption. */
    String id();

    /**
     * Captions a batch.
     *
     * <p>Called from one thread. A bad image does not affect the others: its failure is its outcome.
     *
     * @return one outcome per request, in the order of the requests
     * @throws dev.latentstream.runtime.InfrastructureException if the captioner rather than an image is at fault, for example a
     *     service that is down or an invalid API key
     */
    List<Captioned> caption(List<ImageToCaption> batch);

    @Override
    void close();
}
