package dev.latentstream.captioning.nouns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NounsTest {
    private static final Nouns NOUNS = Nouns.english();

    @Test
    void countsEachNounOnceInOrder() {
        assertThat(NOUNS.of("Two dogs chase a cat; the dog is brown, the cats are not."))
                .isEqualTo(new NounSet(List.of("dog", "cat"), 0));
    }

    @Test
    void distinguishesProperFromCommonNouns() {
        assertThat(NOUNS.of("A photo of the Eiffel Tower in Paris, France"))
                .isEqualTo(new NounSet(List.of("photo", "Eiffel", "Tower", "Paris", "France"), 4));
    }

    @Test
    void takesNoFileNamesForNouns() {
        assertThat(NOUNS.of("IMG_2041.jpg DSC00012.JPG photo-1.png https://example.org/dog.html IMG-20190704-WA0003"))
                .isEqualTo(new NounSet(List.of(), 0));
    }

    @Test
    void readsHeadlinesAndShoutingAsPlainText() {
        assertThat(NOUNS.of("RED CAR FOR SALE")).isEqualTo(new NounSet(List.of("car", "sale"), 0));
        assertThat(NOUNS.of("Brown Leather Wallet With Silver Buckle").proper()).isZero();
    }

    @Test
    void joinsHyphenatedWords() {
        assertThat(NOUNS.of("a well-known photograph of a T-shirt").lemmas()).containsExactly("photograph", "t-shirt");
    }

    @Test
    void takesNoVerbOfASingularSubjectForAPlural() {
        assertThat(NOUNS.of("A satellite orbits the moon").lemmas()).containsExactly("satellite", "moon");
        assertThat(NOUNS.of("a bird's wings and a sports car on two race tracks")
                        .lemmas())
                .contains("bird", "wing", "car", "track");
    }

    @Test
    void findsNothingInWhatHasNoWords() {
        for (String text : List.of("", "   ", "12 34", "!!!", "\u0000\u0007", "🎈🎈", "-", "'s", "a")) {
            assertThat(NOUNS.of(text).lemmas()).as("nouns of \"%s\"", text).isEmpty();
        }
    }

    @Test
    void agreesWithTheCaptionsOfItsRules() throws IOException {
        Agreement agreement = Agreement.on(captions("nouns-development.tsv"));
        assertThat(agreement.precision()).as(agreement.toString()).isGreaterThan(0.95);
        assertThat(agreement.recall()).as(agreement.toString()).isGreaterThan(0.95);
    }

    @Test
    void agreesWithHeldOutCaptions() throws IOException {
        Agreement agreement = Agreement.on(captions("nouns-held-out.tsv"));
        assertThat(agreement.precision()).as(agreement.toString()).isGreaterThan(0.93);
        assertThat(agreement.recall()).as(agreement.toString()).isGreaterThan(0.96);
    }

    @Test
    void givesEightThreadsTheSameAnswers() throws IOException, InterruptedException, ExecutionException {
        List<String> captions = List.copyOf(captions("nouns-development.tsv").keySet());
        List<NounSet> expected = captions.stream().map(NOUNS::of).toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<List<NounSet>>> answers = Stream.generate(() ->
                        threads.submit(() -> captions.stream().map(NOUNS::of).toList()))
                .limit(32)
                .toList();
        for (Future<List<NounSet>> answer : answers) {
            assertThat(answer.get()).isEqualTo(expected);
        }
        threads.shutdown();
    }

    private static Map<String, List<String>> captions(String file) throws IOException {
        Map<String, List<String>> captions = new LinkedHashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(NounsTest.class.getResourceAsStream(file)), StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split("\t", -1);
                captions.put(cells[0], cells[1].isEmpty() ? List.of() : List.of(cells[1].split(" ")));
            });
        }
        return captions;
    }

    /** The agreement of found and expected nouns over all captions. */
    private record Agreement(int found, int named, int expected, List<String> differences) {
        static Agreement on(Map<String, List<String>> captions) {
            int found = 0;
            int named = 0;
            int expected = 0;
            List<String> differences = new ArrayList<>();
            for (Map.Entry<String, List<String>> caption : captions.entrySet()) {
                List<String> nouns = NOUNS.of(caption.getKey()).lemmas();
                found += (int)
                        nouns.stream().filter(caption.getValue()::contains).count();
                named += nouns.size();
                expected += caption.getValue().size();
                if (!nouns.equals(caption.getValue())) {
                    differences.add("%s: %s, expected %s".formatted(caption.getKey(), nouns, caption.getValue()));
                }
            }
            return new Agreement(found, named, expected, differences);
        }

        double precision() {
            return (double) found / named;
        }

        double recall() {
            return (double) found / expected;
        }

        @Override
        public String toString() {
            return "%d found of %d named and %d expected;%n%s"
                    .formatted(found, named, expected, String.join("\n", differences));
        }
    }
}
