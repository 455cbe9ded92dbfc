package dev.latentstream.models.text;

import java.util.List;

/** Encodes captions as the token states that a network attends to. Thread-safe; equal captions always have equal states. */
public interface TextEncoder extends AutoCloseable {
    /** The identity of the encoder: its name and a hash of its weights. A network is trained for one encoder. */
    String id();

    /** Hash of the tokenizer; empty for one that is a part of the program. */
    default String tokenizer() {
        return "";
    }

    /** Number of tokens that every caption is padded or truncated to. */
    int tokens();

    /** Width of a token's state. */
    int width();

    /** Width of the pooled embedding of a caption. */
    int pooledWidth();

    /** Encodes captions, which may be empty. */
    TextStates encode(List<String> captions);

    @Override
    void close();
}
