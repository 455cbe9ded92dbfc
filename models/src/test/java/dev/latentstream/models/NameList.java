package dev.latentstream.models;

import dev.latentstream.models.nn.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Name and shape of every tensor of a network at full size, as the original implementation listed them. */
public final class NameList {
    private NameList() {}

    /** Lines of {@code name 2x3}, by name, from a compressed file. */
    public static Map<String, String> read(String resource) throws IOException {
        Map<String, String> shapes = new TreeMap<>();
        try (InputStream file = Files.newInputStream(Reference.folder(resource))) {
            String text = new String(new GZIPInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
            text.lines().map(line -> line.split(" ", -1)).forEach(words -> shapes.put(words[0], words[1]));
        }
        return shapes;
    }

    /** The same of a network of ours. */
    public static Map<String, String> of(Layer network) {
        Map<String, String> shapes = new TreeMap<>();
        network.weights().forEach((name, weight) -> {
            String[] axes = Arrays.stream(weight.shape().getShape())
                    .mapToObj(Long::toString)
                    .toArray(String[]::new);
            shapes.put(name, String.join("x", axes));
        });
        return shapes;
    }
}
