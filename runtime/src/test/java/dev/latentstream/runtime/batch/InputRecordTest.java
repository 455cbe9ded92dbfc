package dev.latentstream.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputRecordTest {
    @Test
    void ofValuesInARowTheLastIsKept() {
        assertThat(compacted("a=1", "b=1", "a=2", "a=3")).containsExactly("b=1", "a=3");
    }

    @Test
    void aTombstoneAndWhatItDeletesStayInTheirOrder() {
        assertThat(compacted("a=1", "a=", "a=2", "a=")).containsExactly("a=1", "a=", "a=2", "a=");
    }

    @Test
    void aBatchOfDifferentKeysIsUnchanged() {
        assertThat(compacted("a=1", "b=2", "c=")).containsExactly("a=1", "b=2", "c=");
        assertThat(compacted()).isEmpty();
    }

    private static List<String> compacted(String... records) {
        List<InputRecord<String>> batch = new ArrayList<>();
        for (String record : records) {
            String[] parts = record.split("=", -1);
            batch.add(record(parts[0], parts[1].isEmpty() ? null : parts[1]));
        }
        return InputRecord.compacted(batch).stream()
                .map(record -> record.key() + "=" + (record.value() == null ? "" : record.value()))
                .toList();
    }

    private static InputRecord<String> record(String key, @Nullable String value) {
        return new InputRecord<>(key, value, new RecordHeaders(), "topic", 0, 0, 0);
    }
}
