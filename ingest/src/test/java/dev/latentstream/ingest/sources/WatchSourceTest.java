package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchSourceTest {
    private static final Duration SETTLED = Duration.ofMillis(300);

    @TempDir
    private Path home;

    private final List<Found> found = new ArrayList<>();

    @Test
    void deliversWhatIsThereAndWhatFallsIn() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        old(folder.resolve("a.jpg"), "one");
        try (WatchSource source = watch(folder)) {
            awaitFound(source, "a.jpg");
            old(folder.resolve("b.jpg"), "two");
            awaitFound(source, "b.jpg");
            Files.createDirectories(folder.resolve("sub/deeper"));
            old(folder.resolve("sub/deeper/c.jpg"), "three");
            awaitFound(source, "c.jpg");
        }
        assertThat(found).hasSize(3);
    }

    @Test
    void aFileThatIsBeingWrittenIsTakenOnceItIsWhole() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        Path file = folder.resolve("a.jpg");
        Files.writeString(file, "half");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
        try (WatchSource source = watch(folder)) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            old(file, "the whole");
            awaitFound(source, "a.jpg");
        }
        assertThat(found)
                .singleElement()
                .satisfies(image -> assertThat(image.image()).asString().isEqualTo("the whole"));
    }

    @Test
    void timesInTheFutureDoNotHoldAFileBack() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        Path file = Files.writeString(folder.resolve("a.jpg"), "one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));
        try (WatchSource source = watch(folder)) {
            awaitFound(source, "a.jpg");
        }
    }

    @Test
    void aClockThatIsPutBackDoesNotHoldAFileBack() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        Path file = Files.writeString(folder.resolve("a.jpg"), "one");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
        SetClock clock = new SetClock();
        try (WatchSource source = new WatchSource("in", folder, ImageExtensions.USUAL, 100, SETTLED, clock)) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            clock.shift = Duration.ofHours(-1);
            awaitFound(source, "a.jpg");
        }
    }

    @Test
    void aTextThatComesLaterHasItsImageDeliveredAgain() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        old(folder.resolve("a.jpg"), "one");
        old(folder.resolve("b.jpg"), "two");
        try (WatchSource source = watch(folder)) {
            awaitFound(source, "b.jpg");
            found.clear();
            old(folder.resolve("a.jpg.txt"), "a cat");
            awaitFound(source, "a.jpg");
        }
        assertThat(found).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
    }

    @Test
    void aFolderThatIsDeletedIsWaitedFor() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        try (WatchSource source = watch(folder)) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            Files.delete(folder);
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            Files.createDirectory(folder);
            old(folder.resolve("a.jpg"), "one");
            awaitFound(source, "a.jpg");
        }
    }

    @Test
    void moreEventsThanTheSystemKeepsLoseNothing() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        try (WatchSource source = watch(folder)) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            for (int i = 0; i < 700; i++) { // a key of the JDK keeps 512
                old(folder.resolve(i + ".jpg"), "image " + i);
            }
            await().until(() -> {
                take(source);
                return found.stream().map(Found::uri).distinct().count() == 700;
            });
        }
    }

    @Test
    void whatIsNoFileIsReportedOnceAndHoldsNoOtherBack() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        Files.createSymbolicLink(folder.resolve("b.jpg"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("c.jpg"), Path.of("/dev/zero"));
        old(folder.resolve("a.jpg"), "one");
        old(folder.resolve("d.jpg"), "two");
        List<SourceItem> items = new ArrayList<>();
        try (WatchSource source = watch(folder)) {
            for (int looks = 0; looks < 7; looks++) {
                items.add(source.next(Known.NOTHING).orElseThrow());
            }
        }
        assertThat(items.stream().filter(item -> !(item instanceof Waiting)))
                .extracting(item -> "%s %s"
                        .formatted(item.getClass().getSimpleName(), item.uri().replaceFirst(".*/", "")))
                .containsExactlyInAnyOrder("Found a.jpg", "Unreadable b.jpg", "Unreadable c.jpg", "Found d.jpg");
    }

    private void awaitFound(WatchSource source, String name) {
        await().until(() -> {
            take(source);
            return found.stream().anyMatch(image -> image.uri().endsWith("/" + name));
        });
    }

    private void take(WatchSource source) throws IOException {
        for (Optional<SourceItem> item = source.next(Known.NOTHING);
                !(item.orElseThrow() instanceof Waiting);
                item = source.next(Known.NOTHING)) {
            found.add((Found) item.orElseThrow());
        }
    }

    private static WatchSource watch(Path folder) throws IOException {
        return new WatchSource("in", folder, ImageExtensions.USUAL, 100, SETTLED, Clock.systemUTC());
    }

    /** Writes a file elsewhere and moves it in, with a time that lies back. */
    private void old(Path file, String content) throws IOException {
        Path written = Files.writeString(home.resolve("written"), content);
        Files.setLastModifiedTime(written, FileTime.from(Instant.now().minusSeconds(10)));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Shows the time with an error that changes. */
    private static final class SetClock extends Clock {
        private Duration shift = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(shift);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
