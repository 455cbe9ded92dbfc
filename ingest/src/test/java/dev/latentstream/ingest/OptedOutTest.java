package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.ingest.optout.OptOutSettings;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a list are refused, and nothing of them is kept, unless their policy says otherwise. */
class OptedOutTest {
    private static final byte[] FILE = TestImages.png(TestImages.drawing(96, 96));

    @TempDir
    private Path folder;

    @Test
    void nothingOfAnImageThatOptedOutIsKept() throws IOException {
        try (IngestDriver ingest = driver("stock.example")) {
            ingest.send(raw());

            Rejection rejection = ingest.rejections().readValue();
            assertThat(rejection.getReason()).isEqualTo(RejectionReason.OPTED_OUT);
            assertThat(rejection.getThumbnail()).isEmpty();
            assertThat(ingest.quarantine().isEmpty()).isTrue();
            assertThat(ingest.images().isEmpty()).isTrue();
        }
    }

    @Test
    void aPolicyCanLeaveTheListsAside() throws IOException {
        try (IngestDriver ingest = driver(IngestDriver.id(FILE))) {
            ingest.ignoreOptOuts(2);

            ingest.send(raw());

            assertThat(ingest.images().readValue().getUri()).isEqualTo("https://cdn.stock.example/1.png");
        }
    }

    private IngestDriver driver(String entry) throws IOException {
        Path list = Files.writeString(folder.resolve("list.txt"), entry);
        return new IngestDriver(
                folder.resolve("state"),
                new IngestSettings(),
                OptOutLists.open(new OptOutSettings(List.of(list), Duration.ofDays(1), 10)));
    }

    private static RawImage raw() {
        return RawImage.newBuilder(IngestDriver.raw(FILE))
                .setUri("https://cdn.stock.example/1.png")
                .build();
    }
}
