package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.Topic.Retention;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final Topics topics = new Topics("");
    private final Topics prefixed = new Topics("staging-");

    @Test
    void theNamesArePinned() {
        assertThat(topics.fixed())
                .extracting(Topic::name)
                .containsExactly(
                        "images-raw",
                        "sources",
                        "source-items",
                        "images",
                        "images-rejected",
                        "images-quarantine",
                        "captions",
                        "recaptions",
                        "encodings",
                        "removals",
                        "replays",
                        "control",
                        "datasets",
                        "training-ledger",
                        "training-metrics");
        assertThat(topics.latents("photos").name()).isEqualTo("latents-photos");
    }

    @Test
    void everyNameStartsWithThePrefix() {
        assertThat(prefixed.fixed()).extracting(Topic::name).allMatch(name -> name.startsWith("staging-"));
        assertThat(prefixed.latents("photos").name()).isEqualTo("staging-latents-photos");
    }

    @Test
    void distinguishesLatentTopicsFromAllOthers() {
        Topic<Latent> latents = prefixed.latents("photos");

        assertThat(prefixed.isLatents(latents.name())).isTrue();
        assertThat(prefixed.isLatents(latents.deadLetters())).isFalse();
        assertThat(prefixed.isLatents("staging-latents-")).isFalse();
        assertThat(prefixed.isLatents("latents-photos")).isFalse();
        assertThat(prefixed.fixed()).extracting(Topic::name).noneMatch(prefixed::isLatents);
    }

    @Test
    void aLatentTopicNamesItsSource() {
        assertThat(prefixed.sourceOfLatents("staging-latents-my-photos")).isEqualTo("my-photos");
        assertThatThrownBy(() -> prefixed.sourceOfLatents("images")).hasMessage("topic images has no latents");
    }

    @Test
    void deadLetterTopicsHaveASuffix() {
        assertThat(Topics.deadLetters("images")).isEqualTo("images-dlq");
        assertThat(Topics.isDeadLetters("images-dlq")).isTrue();
        assertThat(topics.fixed()).extracting(Topic::name).noneMatch(Topics::isDeadLetters);
    }

    @Test
    void joinedTopicsShareAPartitionCount() {
        assertThat(topics.fixed())
                .filteredOn(Topic::joinable)
                .extracting(Topic::name)
                .containsExactly("images", "captions", "encodings");
        assertThat(topics.latents("photos").joinable()).isTrue();
    }

    @Test
    void scoringAddsTopicsWhosePartitionsMeetThoseOfImagesRaw() {
        assertThat(topics.scoring())
                .allMatch(Topic::joinable)
                .extracting(Topic::name)
                .containsExactly("images-unscored", "images-scored", "images-raw", "removals");
        assertThat(topics.known())
                .extracting(Topic::name)
                .hasSize(topics.fixed().size() + 2)
                .contains("images-unscored", "images-scored", "control");
    }

    @Test
    void stateTopicsAreCompactedWhileEveryPolicyIsKept() {
        assertThat(topics.fixed())
                .filteredOn(topic -> topic.retention() == Retention.COMPACTED)
                .extracting(Topic::name)
                .containsExactly(
                        "sources",
                        "source-items",
                        "images",
                        "captions",
                        "recaptions",
                        "encodings",
                        "removals",
                        "replays",
                        "datasets");
        assertThat(topics.control().retention()).isEqualTo(Retention.UNLIMITED);
        assertThat(topics.latents("photos").retention()).isEqualTo(Retention.LOG);
    }

    @Test
    void refusesASourceThatCannotBePartOfATopicName() {
        assertThatThrownBy(() -> topics.latents("my photos")).hasMessageContaining("source \"my photos\" is not");
    }
}
