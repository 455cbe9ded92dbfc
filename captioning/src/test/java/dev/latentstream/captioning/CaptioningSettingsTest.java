package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.captioning.CaptioningSettings.Network;
import dev.latentstream.captioning.CaptioningSettings.Who;
import dev.latentstream.captioning.ChatSettings.Limits;
import dev.latentstream.captioning.ChatSettings.Parameter;
import dev.latentstream.captioning.ChatSettings.Patience;
import dev.latentstream.captioning.ChatSettings.Sampling;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.settings.Secret;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.runtime.settings.SettingsReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptioningSettingsTest {
    private static final String PROSE =
            " Write plain English prose that starts with the main subject. Answer with the caption only.";

    @Test
    void pinsEveryDefault() {
        ChatSettings chat = new ChatSettings(
                URI.create("http://127.0.0.1:8000/v1"),
                "",
                Secret.NONE,
                8,
                1_048_576,
                new Sampling(0.7, 0.9, 300, "max_tokens", true, List.of(), ""),
                new Patience(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        6,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5)),
                new Limits(0, 0, 0, 0, WhenSpent.STOP));
        List<DensityTarget> levels = List.of(
                new DensityTarget(
                        "short",
                        1,
                        3,
                        "a short caption:",
                        "Write a caption of one short phrase for this image. "
                                + "Name {min} to {max} different things that you can see." + PROSE),
                new DensityTarget(
                        "medium",
                        3,
                        6,
                        "a caption:",
                        "Write a caption of one sentence for this image. "
                                + "Name {min} to {max} different things that you can see, with their colours." + PROSE),
                new DensityTarget(
                        "dense",
                        6,
                        14,
                        "a detailed caption:",
                        "Write a detailed caption of two or three sentences for this image. "
                                + "Name {min} to {max} different things that you can see, "
                                + "with their colours, materials and positions, and the background." + PROSE));
        assertThat(new CaptioningSettings())
                .isEqualTo(new CaptioningSettings(
                        Who.NETWORK,
                        new Network(null, 0.9, 1.0, 100),
                        chat,
                        levels,
                        1000,
                        64,
                        new BatchSettings(32, Duration.ofMillis(500), 50, Duration.ofSeconds(30))));
    }

    @Test
    void areReadFromYamlWithTheKeyFromTheEnvironment() {
        String yaml = """
                captioner: chat
                network: {folder: /models/blip}
                chat:
                  base-url: https://example.org/v1
                  model: a-model
                  api-key: ${CAPTION_KEY}
                  sampling: {omit: [seed, temperature], extra: '{"top_k": 20}'}
                  limits: {requests-per-minute: 60, when-spent: alt-text}
                levels:
                  - {name: poetic, min-nouns: 2, max-nouns: 5, prefix: "", instruction: "Write a haiku."}
                """;
        CaptioningSettings settings =
                SettingsReader.parse(yaml, CaptioningSettings.class, Map.of("CAPTION_KEY", "secret\n"));
        assertThat(settings.captioner()).isEqualTo(Who.CHAT);
        assertThat(settings.network().folder()).isEqualTo(Path.of("/models/blip"));
        assertThat(settings.chat().apiKey().reveal()).isEqualTo("secret");
        assertThat(settings.chat().limits()).isEqualTo(new Limits(60, 0, 0, 0, WhenSpent.ALT_TEXT));
        assertThat(settings.chat().sampling().omit()).containsExactly(Parameter.SEED, Parameter.TEMPERATURE);
        assertThat(settings.levels()).extracting(DensityTarget::name).containsExactly("poetic");
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "captioner: chat | chat.model is empty",
                "levels: [] | 0 is below 1",
                "max-characters: 5 | max-characters 5 is not between 10 and 100000",
                "chat: {base-url: 'ftp://a'} | base-url ftp://a is not an http or https address",
                "chat: {base-url: 'http://me:p1anted@a'} | base-url has a user, a query or a fragment",
                "chat: {base-url: 'http://a?key=p1anted'} | base-url has a user, a query or a fragment",
                "chat: {base-url: 'ftp://me:p1anted@a'} | base-url ftp://***@a is not an http or https address",
                "chat: {api-key: p1anted key} | chat.api-key has a blank or a character beyond ASCII",
                "chat: {api-key: p1anted\u201d} | chat.api-key has a blank or a character beyond ASCII",
                "chat: {api-key: \"p1anted\\nkey\"} | chat.api-key: the value is not one line",
                "chat: {concurrency: 0} | concurrency 0 is not between 1 and 1024",
                "chat: {patience: {back-off: 31s}} | longest-back-off PT30S is not above back-off PT31S",
                "chat: {limits: {tokens: -1}} | tokens -1 is below 0",
                "chat: {sampling: {omit: [min-p]}} | chat.sampling.omit[0]: \"min-p\" is not one of temperature, top-p, seed",
                "chat: {sampling: {extra: '[p1anted]'}} | chat.sampling.extra is not a JSON object",
                "chat: {sampling: {extra: '{\"a\": 1} p1anted'}} | chat.sampling.extra is not a JSON object",
                "chat: {sampling: {extra: '{\"a\": 1, \"a\": \"p1anted\"}'}} | chat.sampling.extra is not a JSON object",
                "chat: {sampling: {temperature: 3}} | temperature 3.0 is not between 0.0 and 2.0",
                "levels: [{name: a, min-nouns: 3, max-nouns: 2, prefix: '', instruction: b}] "
                        + "| max-nouns 2 is not between 3 and 100"
            })
    void refuseWhatCannotWork(String yaml, String message) {
        assertThatThrownBy(() -> SettingsReader.parse(yaml, CaptioningSettings.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("p1anted");
    }
}
