package dev.latentstream.ingest.texts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.KebabCase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AltTextRulesTest {
    private static final AltTextRules RULES = new AltTextRules();

    @Test
    void recognisesWhatDescribesNoImage() throws IOException {
        Map<String, String> wrong = new LinkedHashMap<>();
        Map<String, String> tagged = tagged("boilerplate.tsv");

        tagged.forEach((text, kind) -> {
            String found = Boilerplates.of(text).map(KebabCase::of).orElse("");
            if (!found.equals(kind)) {
                wrong.put(text, found + ", not " + kind);
            }
        });

        assertThat(tagged).hasSizeGreaterThan(90);
        assertThat(wrong).isEmpty();
    }

    /** No English text is refused, and of those in other languages at most 3 of 50 pass, for they could be either. */
    @Test
    void refusesALanguageOnlyWhereItIsClear() throws IOException {
        Map<String, String> tagged = tagged("languages.tsv");
        Languages languages = new Languages();

        List<String> admitted = tagged.keySet().stream()
                .filter(text -> languages.fault(List.of("en"), text).isEmpty())
                .toList();

        assertThat(admitted)
                .containsAll(tagged.keySet().stream()
                        .filter(text -> "en".equals(tagged.get(text)))
                        .toList());
        assertThat(admitted).filteredOn(text -> !"en".equals(tagged.get(text))).hasSizeLessThanOrEqualTo(3);
        assertThat(tagged.values()).filteredOn("en"::equals).hasSizeGreaterThan(15);
        assertThat(tagged.values())
                .filteredOn(language -> !language.equals("en"))
                .hasSizeGreaterThan(45);
    }

    @Test
    void namesTheLanguageAndTheAdmittedOnes() {
        AltTextPolicy policy =
                AltTextPolicy.newBuilder().setLanguages(List.of("en", "fr")).build();

        assertThat(fault(policy, "Schwarz-weiße Katze schläft auf dem Sofa"))
                .contains(new TextFault("wrong-language", "de", "en, fr"));
        assertThat(fault(policy, "Portrait d'une femme avec un chapeau")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a fox in snow,4", "浜辺の犬,4", "a - b & c,3", "собака на пляже,3", "T-shirt #1,2", "fox 犬,2"})
    void countsWords(String text, int words) {
        assertThat(AltTextRules.words(text)).isEqualTo(words);
    }

    @Test
    void judgesLengthsFromBothSides() {
        AltTextPolicy policy = AltTextPolicy.newBuilder()
                .setMinCharacters(3)
                .setMaxCharacters(9)
                .setMinWords(2)
                .setMaxWords(3)
                .build();

        assertThat(fault(policy, "a b c")).isEmpty();
        assertThat(fault(policy, "ab")).contains(new TextFault("too-short", "2 characters", "3 characters"));
        assertThat(fault(policy, "abcdefgh i")).contains(new TextFault("too-long", "10 characters", "9 characters"));
        assertThat(fault(policy, "abc")).contains(new TextFault("too-short", "1 words", "2 words"));
        assertThat(fault(policy, "a b c d")).contains(new TextFault("too-long", "4 words", "3 words"));
        assertThat(fault(policy, "🎈🎈 🎈 a 🎈b"))
                .as("characters, not halves of them")
                .isEmpty();
    }

    private static Optional<TextFault> fault(AltTextPolicy policy, String text) {
        return RULES.check(policy, List.of(new AltText(text, "photos", ""))).faults().stream()
                .map(AltTextRules.Fault::fault)
                .findFirst();
    }

    private static Map<String, String> tagged(String file) throws IOException {
        Map<String, String> tagged = new LinkedHashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(AltTextRulesTest.class.getResourceAsStream(file)), StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .forEach(cells -> tagged.put(cells[1], cells[0]));
        }
        return tagged;
    }
}
