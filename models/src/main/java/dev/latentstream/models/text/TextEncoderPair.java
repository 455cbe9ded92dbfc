package dev.latentstream.models.text;

import java.util.List;

/** Two encoders that read the same captions, as SDXL has them: their states side by side, and the vectors of the second. */
final class TextEncoderPair implements TextEncoder {
    private final TextEncoder first;
    private final TextEncoder second;

    /** Both are closed with this. */
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
        return TextStates.beside(first.encode(captions), second.encode(captions));
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
