package dev.latentstream.models.tokenizer;

import dev.latentstream.models.weights.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The lines of a tokenizer's text files. */
final class TextLines {
    private TextLines() {}

    static List<String> read(Path file) throws IOException {
        byte[] content = ModelFiles.read(file);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString()
                    .lines()
                    .toList();
        } catch (CharacterCodingException binary) {
            throw new IOException("%s: not UTF-8".formatted(file), binary);
        }
    }
}
