package dev.latentstream.ingest.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.files.FileNames;
import dev.latentstream.ingest.sources.files.TextBytes;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.JsonFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The texts and attributes of one image: whole text files, the scalar fields of JSON files, and numbers such as the class in a {@code .cls}. Texts in JSON files follow those in
 * text files.
 */
public final class SampleTexts {
    /** Maximum size of a text file or JSON file in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /** Maximum length of all attributes in characters: half of what ingest takes for an image's texts. */
    private static final int MAX_ATTRIBUTES = 1 << 19;

    /** The fields of JSON files that are texts, as img2dataset, COCO and Hugging Face's folders name them. */
    private static final List<String> CAPTIONS = List.of("caption", "captions", "text", "alt_text");

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    private final Set<String> texts = new LinkedHashSet<>();
    private final Set<String> captions = new LinkedHashSet<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<DroppedText> dropped = new ArrayList<>();
    private int attributeCharacters;

    /**
     * Adds a text file or a file with attributes.
     *
     * @param bytes its first {@link #MAX_BYTES} bytes
     * @param size its whole size in bytes
     */
    public void add(String uri, byte[] bytes, long size) {
        if (size > MAX_BYTES) {
            drop(uri, AltTextFault.TOO_LONG, "%d bytes are more than %d".formatted(size, MAX_BYTES));
        } else {
            TextBytes.decode(bytes)
                    .ifPresentOrElse(
                            text -> decoded(uri, text),
                            () -> drop(uri, AltTextFault.UNREADABLE, "none of " + TextBytes.ENCODINGS));
        }
    }

    private void decoded(String uri, String text) {
        if (FileNames.isJson(uri)) {
            json(uri, text);
        } else if (FileNames.isNumber(uri)) {
            number(uri, text);
        } else {
            text(uri, text, texts);
        }
    }

    /** Adds a text that is in the URI's row of a list. */
    public void addText(String uri, String text) {
        text(uri, text, texts);
    }

    /** Adds an attribute that is in the URI's row of a list. */
    public void addAttribute(String uri, String name, String value) {
        boundedAttribute(uri, name, value);
    }

    /** Counts a text that the image does not receive. */
    public void drop(String uri, AltTextFault fault, String reason) {
        dropped.add(new DroppedText(uri, fault, reason));
    }

    List<String> texts() {
        Set<String> all = new LinkedHashSet<>(texts);
        all.addAll(captions);
        return List.copyOf(all);
    }

    Map<String, String> attributes() {
        return attributes;
    }

    public List<DroppedText> dropped() {
        return dropped;
    }

    private void text(String uri, String read, Set<String> to) {
        String text = AltTexts.clean(read).orElse("");
        if (text.isEmpty() || texts.contains(text) || captions.contains(text)) {
            return;
        }
        if (text.length() > AltTexts.MAX_CHARACTERS) {
            drop(uri, AltTextFault.TOO_LONG, characters(text, AltTexts.MAX_CHARACTERS));
        } else if (texts.size() + captions.size() == AltTexts.MAX_TEXTS) {
            drop(uri, AltTextFault.TOO_MANY, "the image has %d texts already".formatted(AltTexts.MAX_TEXTS));
        } else {
            to.add(text);
        }
    }

    private void number(String uri, String read) {
        String text = AltTexts.clean(read).orElse("");
        if (WHOLE.matcher(text).matches()) {
            attributes.put(FileNames.extension(uri), text);
        } else {
            drop(uri, AltTextFault.UNREADABLE, "not a whole number");
        }
    }

    private static String characters(String text, int bound) {
        return "%d characters are more than %d".formatted(text.length(), bound);
    }

    private void json(String uri, String read) {
        try (JsonParser parser = JSON.createParser(AltTexts.clean(read).orElse(""))) {
            JsonNode node = parser.nextToken() == null ? JSON.missingNode() : JSON.readTree(parser);
            if (!node.isObject()) {
                drop(uri, AltTextFault.UNREADABLE, "not a JSON object");
                return;
            }
            CAPTIONS.forEach(field -> captions(uri, node.path(field)));
            node.properties().stream()
                    .filter(field -> !CAPTIONS.contains(field.getKey())
                            || !field.getValue().isTextual())
                    .forEach(field -> attribute(uri, field.getKey(), field.getValue()));
            if (parser.nextToken() != null) {
                drop(uri, AltTextFault.UNREADABLE, "a second value after the JSON object");
            }
        } catch (JsonProcessingException broken) {
            drop(uri, AltTextFault.UNREADABLE, "not JSON: " + JsonFaults.describe(broken));
        } catch (IOException impossible) { // of a string
            throw new UncheckedIOException(impossible);
        }
    }

    /** Adds a string, each string of a list, and the captions of objects in it, as COCO has them; other objects are counted. */
    private void captions(String uri, JsonNode field) {
        if (field.isTextual()) {
            text(uri, field.textValue(), captions);
        } else if (field.isArray()) {
            field.forEach(element -> captions(uri, element));
        } else if (field.isObject() && CAPTIONS.stream().noneMatch(field::has)) {
            drop(uri, AltTextFault.UNREADABLE, "a caption that is an object without " + String.join(", ", CAPTIONS));
        } else if (field.isObject()) {
            CAPTIONS.forEach(name -> captions(uri, field.path(name)));
        }
    }

    /** Keeps a scalar: attributes cannot represent lists and objects, and a number that is none says nothing. */
    private void attribute(String uri, String name, JsonNode value) {
        boolean number = value.isNumber() && Double.isFinite(value.doubleValue());
        if (!number && !value.isTextual() && !value.isBoolean()) {
            return;
        }
        boundedAttribute(uri, name, value.asText());
    }

    private void boundedAttribute(String uri, String name, String text) {
        int characters = name.length() + text.length();
        if (text.length() > AltTexts.MAX_CHARACTERS) {
            drop(uri, AltTextFault.TOO_LONG, "attribute: " + characters(text, AltTexts.MAX_CHARACTERS));
        } else if (attributeCharacters + characters > MAX_ATTRIBUTES) {
            drop(uri, AltTextFault.TOO_LONG, "attributes of more than %d characters".formatted(MAX_ATTRIBUTES));
        } else {
            attributeCharacters += characters;
            attributes.put(name, text);
        }
    }
}
