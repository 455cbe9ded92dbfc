package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StartedStages;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.runtime.Stage;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Latent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows the texts of one image through the real stages to its latents. */
class RenewedTextIT {
    @TempDir
    private Path folder;

    @AutoClose
    private StartedStages stages;

    @BeforeEach
    void start() throws Exception {
        stages = StartedStages.start(folder, pipeline -> {
            List<Stage> all = new ArrayList<>(List.of(pipeline.ingest(), pipeline.captioning()));
            all.addAll(pipeline.encoding());
            return all;
        });
    }

    @Test
    void aCorrectedTextAndThatOfASecondSourceReachTheLatents() throws Exception {
        write("photos", "a dog");
        deliver("photos");
        awaitAltTexts("a dog");

        write("photos", "a black cat");
        deliver("photos");
        awaitAltTexts("a black cat");

        write("web", "a pet");
        deliver("web");
        awaitAltTexts("a black cat", "a pet");

        Files.delete(folder.resolve("photos/a.txt"));
        deliver("photos");
        awaitAltTexts("a pet");
        assertThat(latents())
                .extracting(ConsumerRecord::key)
                .containsOnly(latents().get(0).key());
    }

    private void write(String source, String text) throws IOException {
        Path into = Files.createDirectories(folder.resolve(source));
        Files.write(into.resolve("a.png"), MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(3, 0), 64, 64)));
        Files.writeString(into.resolve("a.txt"), text);
    }

    private void deliver(String source) throws Exception {
        SourceProducer producer = new SourceProducer(stages.connection, stages.pipeline.meters());
        try (FolderSource images = new FolderSource(source, folder.resolve(source), ImageExtensions.USUAL, 1 << 20)) {
            assertThat(producer.send(images, Pace.FREE, progress -> {})
                            .progress()
                            .sent())
                    .isEqualTo(1);
        }
    }

    private void awaitAltTexts(String... texts) {
        await().atMost(StartedStages.PATIENCE).untilAsserted(() -> {
            List<ConsumerRecord<String, Latent>> latents = latents();
            assertThat(latents).isNotEmpty();
            assertThat(latents.get(latents.size() - 1).value().getCaptions().getCaptions())
                    .filteredOn(caption -> caption.getKind() == CaptionKind.ALT)
                    .extracting(Caption::getText)
                    .containsExactly(texts);
        });
    }

    private List<ConsumerRecord<String, Latent>> latents() {
        return stages.log.read(stages.topics.latents("photos"));
    }
}
