package dev.latentstream.runtime.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LicenceTest {
    @Test
    void readsWhatSourcesWrite() throws IOException {
        Map<String, String> expected = licences();
        Map<String, String> found = new LinkedHashMap<>();
        expected.keySet()
                .forEach(text ->
                        found.put(text, Licence.of(text).map(Licence::toString).orElse("")));

        assertThat(found).hasSizeGreaterThan(50).isEqualTo(expected);
    }

    @Test
    void readsItsOwnNames() throws IOException {
        assertThat(licences().values()).filteredOn(name -> !name.isEmpty()).allSatisfy(name -> assertThat(
                        Licence.of(name).orElseThrow().toString())
                .isEqualTo(name));
    }

    @Test
    void standsForAllVersionsIfItNamesNone() {
        Licence any = Licence.of("cc-by").orElseThrow();
        Licence four = Licence.of("cc-by-4.0").orElseThrow();

        assertThat(any.covers(four)).isTrue();
        assertThat(any.covers(Licence.of("CC BY 3.0 US").orElseThrow())).isTrue();
        assertThat(any.covers(Licence.of("cc-by-nc-4.0").orElseThrow())).isFalse();
        assertThat(four.covers(any)).as("its version is not known").isFalse();
        assertThat(four.covers(Licence.of("cc-by-3.0").orElseThrow())).isFalse();
    }

    private static Map<String, String> licences() throws IOException {
        Map<String, String> licences = new LinkedHashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(LicenceTest.class.getResourceAsStream("licences.tsv")),
                StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split("\t", -1);
                licences.put(cells[0], cells[1]);
            });
        }
        return licences;
    }
}
