package dev.latentstream.app.bench;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import java.util.List;

/** A text encoder that reads no text, so that a feed is measured without one. */
final class UnreadTexts implements TextEncoder {
    static final String ID = "unread";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int tokens() {
        return 1;
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public int pooledWidth() {
        return 1;
    }

    @Override
    public TextStates encode(List<String> captions) {
        int count = captions.size();
        int[] lengths = new int[count];
        java.util.Arrays.fill(lengths, 1);
        return new TextStates(1, 1, new float[count], lengths, new float[count]);
    }

    @Override
    public void close() {}
}
