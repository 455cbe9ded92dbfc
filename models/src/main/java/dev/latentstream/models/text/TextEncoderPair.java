package dev.latentstream.models.text;

import java.util.List;

/** Two encoders of the same captions, as in SDXL: their states concatenated, and the pooled embeddings of the second. */
final class TextEncoderPair implements TextEncoder {
    private final TextEncoder first;
    private final TextEncoder second;

    /** Owns both. */
    TextEncoderPair(TextEncoder first, TextEncoder second) {
        if (first.tokens() != second.tokens()) {
            throw new IllegalArgumentException(
                    "one encoder takes %d tokens, the other %d".formatted(first.tokens(), second.tokens()));
        }
        this.first = first;
        this.second = second;
    }

    @Override
    public String id() {
        return first.id() + "+" + second.id();
    }

    @Override
    public String tokenizer() {
        return first.tokenizer() + "+" + second.tokenizer();
    }

    @Override
    public int tokens() {
        return first.tokens();
    }

    @Override
    public int width() {
        return first.width() + second.width();
    }

    @Override
    public int pooledWidth() {
        return second.pooledWidth();
    }

    @Override
    public TextStates encode(List<String> captions) {
        return TextStates.concat(first.encode(captions), second.encode(captions));
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
