package dev.latentstream.models.text;

import java.util.List;

/** Turns captions into what a network attends to. Safe for several threads; the same caption always gives the same states. */
public interface TextEncoder extends AutoCloseable {
    /** Tells the encoder from any other: its name and a hash of its weights. A network is trained for one of them. */
    String id();

    /** Tokens that every caption is padded or cut to. */
    int tokens();

    /** Width of a token's state. */
    int width();

    /** Width of the one vector that a whole caption becomes. */
    int pooledWidth();

    /** Encodes captions, the empty one among them. */
    TextStates encode(List<String> captions);

    @Override
    void close();
}
