package dev.latentstream.ingest.lists;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.schemas.JsonFaults;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads JSON Lines: an object in each line. Fields that are lists or objects are not read, except for a list of texts. */
final class JsonLinesReader implements ListReader {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(32)
                        .maxStringLength(TextRows.MAX_ROW_BYTES)
                        .build());
    }

    private final TextRows rows;
    private final ColumnRoles roles;

    JsonLinesReader(InputStream in, ColumnRoles roles) {
        this.rows = new TextRows(Records.lines(in, TextRows.MAX_ROW_BYTES));
        this.roles = roles;
    }

    @Override
    public Optional<ListRow> next() throws IOException {
        return rows.next(this::row);
    }

    private ListRow row(byte[] line, long number) throws IOException {
        JsonNode object;
        try (JsonParser parser = JSON.createParser(line)) {
            object = parser.nextToken() == null ? JSON.missingNode() : JSON.readTree(parser);
            if (moreFollows(line, parser.currentLocation().getByteOffset())) {
                return TextRows.bad(number, null, "more than a JSON object");
            }
        } catch (JsonProcessingException broken) {
            return TextRows.bad(number, null, "not JSON: " + JsonFaults.describe(broken));
        } catch (CharConversionException otherEncoding) { // the first bytes decide in which encoding the parser reads
            return TextRows.bad(number, null, "not JSON: " + otherEncoding.getMessage());
        }
        if (!object.isObject()) {
            return TextRows.bad(number, object.getNodeType().toString(), "not a JSON object");
        }
        RowCells cells = new RowCells(number, 0);
        object.properties().forEach(field -> roles.of(field.getKey())
                .forEach(role -> add(cells, role, field.getKey(), field.getValue())));
        return cells.build();
    }

    /**
     * Returns whether something follows the first value but the comma of an array that has a line for each element.
     *
     * @param end offset after the value; negative for another encoding than UTF-8
     */
    private static boolean moreFollows(byte[] line, long end) {
        int from = (int) Math.max(0, end);
        String rest = new String(line, from, line.length - from, StandardCharsets.UTF_8).strip();
        return end >= 0 && !rest.isEmpty() && !rest.equals(",");
    }

    private static void add(RowCells cells, ColumnRole role, String column, JsonNode value) {
        if (value.isTextual()) {
            cells.text(role, column, value.textValue());
        } else if (value.isNumber() || value.isBoolean()) {
            if (value.isBoolean() || Double.isFinite(value.doubleValue())) {
                cells.scalar(role, column, value.asText());
            }
        } else if (value.isArray() && role instanceof ColumnRole.Text) {
            value.forEach(element -> add(cells, role, column, element.isArray() ? JSON.nullNode() : element));
        } else if (!value.isNull()) {
            cells.wrongType(role, column, value.isArray() ? "a list" : "an object");
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
