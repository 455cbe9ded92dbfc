package dev.latentstream.models;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Name and shape of every tensor of a network at full size, as the original implementation listed them. */
final class NameList {
    private NameList() {}

    /** Lines of {@code name 2x3}, by name. */
    static Map<String, String> read(String resource) throws IOException {
        Map<String, String> shapes = new TreeMap<>();
        for (String line : Files.readAllLines(Reference.folder(resource))) {
            String[] words = line.split(" ", -1);
            shapes.put(words[0], words[1]);
        }
        return shapes;
    }

    /** The same of a network of ours. */
    static Map<String, String> of(Layer network) {
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
