package dev.latentstream.app.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Converts rows to JSON, with the names that their columns have in Parquet. */
final class SampleJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private SampleJson() {}

    static ObjectNode of(SampleRow row) {
        return MAPPER.valueToTree(row);
    }

    /** Returns a row in one line. */
    static String line(SampleRow row) throws JsonProcessingException {
        return MAPPER.writeValueAsString(row);
    }
}
