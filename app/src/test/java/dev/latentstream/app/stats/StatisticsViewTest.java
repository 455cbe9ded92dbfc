package dev.latentstream.app.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.nouns.ImageNouns;
import dev.latentstream.schemas.RejectionReason;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StatisticsViewTest {
    private final SortedMap<String, SourceStatistics> sources = new TreeMap<>();
    private final SourceStatistics all = new SourceStatistics();

    @Test
    void aSourceHasARowForEachKindOfCaption() {
        addPhotos();

        assertThat(lines()).isEqualTo("""
                source  raw  kept  score raw  score kept   captions  images  pairs  nouns  nouns/image
                photos    3     2       4.00        5.00       real       2      3      2          1.5
                                                          synthetic       1      2      2          2.0
                                                               both       2      4      3          2.0
                photos: 1 refused as too-small
                photos: 1 refused as unreachable
                """);
    }

    @Test
    void severalSourcesHaveRowsOfAllOfThem() {
        addPhotos();
        each("web", source -> source.addImage(null));

        assertThat(lines())
                .contains("web       1     1          -           -       real       0      0      0          0.0\n")
                .contains("(all)     4     3       4.00        5.00       real       2      3      2          1.5\n");
    }

    @Test
    void withoutDataThereAreHeadsAlone() {
        assertThat(lines()).startsWith("source  raw  kept").hasLineCount(1);
        assertThat(new StatisticsView(sources, all).json().path("sources")).isEmpty();
    }

    private void addPhotos() {
        each("photos", source -> source.addImage(4f));
        each("photos", source -> source.addImage(6f));
        each("photos", source -> source.addRejection("ingest", RejectionReason.TOO_SMALL, 2f));
        each("photos", source -> source.addRejection("source", RejectionReason.UNREACHABLE, null));
        each("photos", source -> source.addNouns(new ImageNouns(Set.of("cat"), Set.of()), true, false));
        each(
                "photos",
                source -> source.addNouns(new ImageNouns(Set.of("cat", "dog"), Set.of("cat", "mat")), true, true));
    }

    private void each(String name, Consumer<SourceStatistics> action) {
        action.accept(sources.computeIfAbsent(name, unused -> new SourceStatistics()));
        action.accept(all);
    }

    private String lines() {
        return String.join("\n", new StatisticsView(sources, all).lines()) + "\n";
    }
}
