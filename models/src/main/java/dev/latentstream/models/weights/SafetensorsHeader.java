package dev.latentstream.models.weights;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, checked token by token while it is parsed, so that a malformed header costs no more memory
 * than its own bytes.
 *
 * @param entries in the order of the data
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    private static final int MAX_AXES = 16;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNameLength(4096)
                    .maxNumberLength(32)
                    .build())
            .build();

    /** The types of safetensors; a file may contain a tensor of any of them, {@link Safetensors} reads floats and I64. */
    enum StoredType {
        F64(8),
        F32(4),
        F16(2),
        BF16(2),
        F8_E5M2(1),
        F8_E4M3(1),
        I64(8),
        U64(8),
        I32(4),
        U32(4),
        I16(2),
        U16(2),
        I8(1),
        U8(1),
        BOOL(1);

        private final int bytes;

        StoredType(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }
    }

    /** A tensor in the file; {@code start} counts from the start of the data. */
    record Entry(String name, StoredType type, Shape shape, long start, long length) {}

    /**
     * Reads and checks a header: the types, that the offsets fit the shapes, follow each other and fill the file.
     *
     * @param path for messages
     * @param dataBytes length of the data after the header
     */
    static SafetensorsHeader parse(Path path, byte[] json, long dataBytes) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            return new Parser(path, parser, dataBytes).header();
        } catch (JacksonException e) {
            throw new IOException(path + ": the header is not valid JSON: " + ModelFiles.jsonFault(e), e);
        } catch (CharConversionException e) {
            throw new IOException(path + ": the header is not UTF-8: " + e.getMessage(), e);
        }
    }

    /** The state of parsing one header. */
    private record Parser(Path path, JsonParser parser, long dataBytes) {
        SafetensorsHeader header() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(path + ": the header is not a JSON object");
            }
            Map<String, String> metadata = null;
            Map<String, Entry> entries = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                boolean first = name.equals(METADATA) ? metadata == null : !entries.containsKey(name);
                if (!first) {
                    throw fault(name, "occurs twice");
                }
                if (name.equals(METADATA)) {
                    metadata = metadata();
                } else {
                    entries.put(name, entry(name));
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException(path + ": the header continues after its JSON object");
            }
            return new SafetensorsHeader(inOrder(entries), metadata == null ? Map.of() : Map.copyOf(metadata));
        }

        private Map<String, String> metadata() throws IOException {
            expect(METADATA, JsonToken.START_OBJECT, "an object");
            Map<String, String> metadata = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                expect(METADATA, JsonToken.VALUE_STRING, "a string");
                metadata.put(key, parser.getText());
            }
            return metadata;
        }

        private Entry entry(String name) throws IOException {
            expect(name, JsonToken.START_OBJECT, "an object");
            StoredType type = null;
            long[] shape = null;
            long[] offsets = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                switch (parser.currentName()) {
                    case "dtype" -> type = requireOnce(name, type, type(name));
                    case "shape" -> shape = requireOnce(name, shape, numbers(name));
                    case "data_offsets" -> offsets = requireOnce(name, offsets, numbers(name));
                    default -> throw fault(name, "has the unknown field %s".formatted(parser.currentName()));
                }
            }
            return entry(name, type, shape, offsets);
        }

        private <T> T requireOnce(String name, @Nullable T earlier, T value) throws IOException {
            if (earlier != null) {
                throw fault(name, "has its dtype, shape or data_offsets twice");
            }
            return value;
        }

        private Entry entry(String name, @Nullable StoredType type, long @Nullable [] shape, long @Nullable [] offsets)
                throws IOException {
            if (type == null || shape == null || offsets == null) {
                throw fault(name, "lacks its dtype, shape or data_offsets");
            }
            if (offsets.length != 2 || offsets[1] < offsets[0] || offsets[1] > dataBytes) {
                throw fault(name, "has offsets %s in %d bytes of data".formatted(list(offsets), dataBytes));
            }
            long length = type.bytes();
            try {
                for (long axis : shape) {
                    length = Math.multiplyExact(length, axis);
                }
            } catch (ArithmeticException e) {
                throw fault(name, "has the shape %s, too large for any file".formatted(list(shape)));
            }
            if (length != offsets[1] - offsets[0]) {
                throw fault(
                        name,
                        "of %s %s needs %d bytes and has %d"
                                .formatted(type, list(shape), length, offsets[1] - offsets[0]));
            }
            return new Entry(name, type, new Shape(shape), offsets[0], length);
        }

        private StoredType type(String name) throws IOException {
            expect(name, JsonToken.VALUE_STRING, "a string for its dtype");
            for (StoredType type : StoredType.values()) {
                if (type.name().equals(parser.getText())) {
                    return type;
                }
            }
            throw fault(name, "has the type \"%s\"; supported are F64, F32, F16, BF16 and I64".formatted(shown()));
        }

        private long[] numbers(String name) throws IOException {
            expect(name, JsonToken.START_ARRAY, "a list of integers");
            long[] numbers = new long[MAX_AXES];
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && parser.getLongValue() >= 0;
                if (!whole) {
                    throw fault(name, "has %s where a list of integers belongs".formatted(shown()));
                }
                if (count == MAX_AXES) {
                    throw fault(name, "has a list of more than %d numbers".formatted(MAX_AXES));
                }
                numbers[count++] = parser.getLongValue();
            }
            return Arrays.copyOf(numbers, count);
        }

        private void expect(String name, JsonToken token, String what) throws IOException {
            if (parser.nextToken() != token) {
                throw fault(name, "has %s where %s belongs".formatted(shown(), what));
            }
        }

        private String shown() throws IOException {
            return parser.currentToken() == null ? "nothing" : shortened(parser.getText());
        }

        private Map<String, Entry> inOrder(Map<String, Entry> entries) throws IOException {
            List<Entry> found = new ArrayList<>(entries.values());
            found.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::length));
            Map<String, Entry> byName = new LinkedHashMap<>();
            long end = 0;
            for (Entry entry : found) {
                if (entry.start() != end) {
                    throw fault(
                            entry.name(), "starts at %d; the previous tensor ends at %d".formatted(entry.start(), end));
                }
                end += entry.length();
                byName.put(entry.name(), entry);
            }
            if (end != dataBytes) {
                throw new IOException(
                        "%s: the tensors end at byte %d of %d bytes of data".formatted(path, end, dataBytes));
            }
            return byName;
        }

        private IOException fault(String name, String what) {
            return new IOException("%s: tensor %s %s".formatted(path, shortened(name), what));
        }

        private static String shortened(String text) {
            return text.length() <= 200 ? text : text.substring(0, 200) + "...";
        }

        private static String list(long[] numbers) {
            return Arrays.toString(numbers).replace(" ", "");
        }
    }
}
