package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.scenes.SceneLimits;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneImageSourceTest {
    @Test
    void deliveredCrowdedScenesDoNotCountAsScenesOfSingleObjects() {
        Set<String> delivered = new HashSet<>();
        SceneImageSource crowded = source(SceneLimits.all());
        for (int i = 0; i < 3; i++) {
            delivered.add(found(crowded, Set.of()).uri());
        }

        SourceItem again = source(SceneLimits.all())
                .next((uri, stamp) -> delivered.contains(uri))
                .orElseThrow();
        SourceItem.Found single = found(source(SceneLimits.all().withObjects(1, 1)), delivered);

        assertThat(again).isInstanceOf(SourceItem.Done.class);
        assertThat(single.uri()).isEqualTo("scenes:7/64x64/1-1/0");
    }

    @Test
    void scenesDeliveredInOneSizeDoNotCountInAnother() {
        Set<String> delivered =
                Set.of(found(source(SceneLimits.all()), Set.of()).uri());

        SceneImageSource larger = new SceneImageSource("scenes", 7, 3, SceneLimits.all(), 128);

        assertThat(found(larger, delivered).uri()).isEqualTo("scenes:7/128x128/0");
    }

    @Test
    void endsAfterItsLastScene() {
        SceneImageSource source = source(SceneLimits.all());
        for (int i = 0; i < 3; i++) {
            found(source, Set.of());
        }

        assertThat(source.next(Known.NOTHING)).isEmpty();
        assertThat(source.total()).hasValue(3);
    }

    @Test
    void anEndlessSourceStartsAtTheFirstSceneAndHasNoTotal() {
        SceneImageSource source = new SceneImageSource("scenes", -4, Long.MAX_VALUE, SceneLimits.all(), 16);

        assertThat(found(source, Set.of()).uri()).isEqualTo("scenes:-4/16x16/0");
        assertThat(source.total()).isEmpty();
    }

    private static SceneImageSource source(SceneLimits limits) {
        return new SceneImageSource("scenes", 7, 3, limits, 64);
    }

    private static SourceItem.Found found(SceneImageSource source, Set<String> done) {
        return (SourceItem.Found)
                source.next((uri, stamp) -> done.contains(uri)).orElseThrow();
    }
}
