package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.fetch.FetchFixture;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InterruptibleSourceTest {
    private static final SourceItem FOUND = new Other("another");

    private final CountDownLatch silent = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    void theItemsAndTheirOrderAreThoseOfTheSource() throws Exception {
        List<SourceItem> items = Stream.concat(
                        IntStream.range(0, 1000).mapToObj(i -> (SourceItem) new Done("item " + i)), Stream.of(FOUND))
                .toList();

        assertThat(all(items.iterator())).isEqualTo(items);
        assertThat(closed.getCount()).isZero();
    }

    @Test
    void theFailureOfTheSourceIsThatOfTheRead() throws Exception {
        IOException broken = new IOException("broken");
        try (ImageSource source = InterruptibleSource.of(source(known -> {
            throw broken;
        }))) {
            assertThatThrownBy(() -> source.next(Known.NOTHING)).isSameAs(broken);
        }
    }

    @Test
    void aReadIsContinuedAfterAWait() throws Exception {
        try (ImageSource source = InterruptibleSource.of(source(known -> {
            FetchFixture.hang(silent);
            return Optional.of(FOUND);
        }))) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
            silent.countDown();

            Optional<SourceItem> next = source.next(Known.NOTHING);
            while (next.orElseThrow() instanceof Waiting) {
                next = source.next(Known.NOTHING);
            }

            assertThat(next).contains(FOUND);
        }
    }

    /** The log of the source is of another runner by then. */
    @Test
    void aReadThatWasLeftAsksNothingAndClosesTheSourceAfterIt() throws Exception {
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        try (ImageSource source = InterruptibleSource.of(source(known -> {
            FetchFixture.hang(silent);
            asked.completeAsync(() -> known.unchanged("item", "stamp"), Runnable::run);
            return Optional.empty();
        }))) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Waiting.class);
        }
        assertThat(closed.getCount()).as("it is not closed under the read").isEqualTo(1);

        silent.countDown();

        assertThatThrownBy(asked::join).hasRootCauseInstanceOf(CancellationException.class);
        closed.await();
    }

    @Test
    void aSourceOfPositionsIsReadByItsOwnThread() {
        OneImage positions = new OneImage("kafka:crawled/0@0") {
            @Override
            public boolean isItemised() {
                return false;
            }
        };

        assertThat(InterruptibleSource.of(positions)).isSameAs(positions);
    }

    /** The items of a source. */
    private interface Reading {
        Optional<SourceItem> next(Known known) throws IOException;
    }

    private List<SourceItem> all(Iterator<SourceItem> items) throws IOException {
        List<SourceItem> all = new ArrayList<>();
        try (ImageSource source = InterruptibleSource.of(
                source(known -> items.hasNext() ? Optional.of(items.next()) : Optional.empty()))) {
            Optional<SourceItem> next = source.next(Known.NOTHING);
            while (next.isPresent()) {
                next.filter(item -> !(item instanceof Waiting)).ifPresent(all::add); // on a busy machine
                next = source.next(Known.NOTHING);
            }
        }
        return all;
    }

    private ImageSource source(Reading reading) {
        return new ImageSource() {
            @Override
            public String name() {
                return "web";
            }

            @Override
            public OptionalLong total() {
                return OptionalLong.empty();
            }

            @Override
            public Optional<SourceItem> next(Known known) throws IOException {
                return reading.next(known);
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }
}
