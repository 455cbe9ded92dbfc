package dev.latentstream.ingest.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Collects the members of one key. */
final class TarSample {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    private final List<SourceItem> images = new ArrayList<>(1);
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private Optional<String> text = Optional.empty();

    void image(SourceItem image, Consumer<SourceItem> out) {
        if (images.isEmpty()) {
            images.add(image);
        } else {
            out.accept(new Unreadable(image.uri(), "a second image with the same key"));
        }
    }

    void text(String uri, byte[] bytes, Consumer<SourceItem> out) {
        if (text.isPresent()) {
            out.accept(new Unreadable(uri, "a second text with the same key"));
            return;
        }
        String read = new String(bytes, StandardCharsets.UTF_8).strip();
        text = read.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    /** Keeps the scalar fields; attributes cannot represent lists and objects. */
    void json(String uri, byte[] bytes, Consumer<SourceItem> out) {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw new IOException("not a JSON object");
            }
            node.properties().forEach(field -> {
                if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    attributes.put(field.getKey(), field.getValue().asText());
                }
            });
        } catch (JsonProcessingException e) {
            out.accept(new Unreadable(uri, e.getOriginalMessage()));
        } catch (IOException e) {
            out.accept(new Unreadable(uri, String.valueOf(e.getMessage())));
        }
    }

    /** Delivers the image with its text and attributes. */
    void finish(String key, Consumer<SourceItem> out) {
        if (images.isEmpty()) {
            if (text.isPresent() || !attributes.isEmpty()) {
                out.accept(new Unreadable(key, "a text or attributes without an image"));
            }
            return;
        }
        SourceItem image = images.get(0);
        if (image instanceof Found found) {
            Optional<String> altText = text.or(() -> Optional.ofNullable(attributes.get("caption")));
            out.accept(new Found(found.uri(), found.image(), altText, attributes));
        } else {
            out.accept(image);
        }
    }
}
