package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An item without bytes, such as a dead link, in several runs. */
class RefusedAgainTest {
    private final MemorySources sources = new MemorySources();

    @AutoClose
    private final Meters meters = new Meters();

    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);

    @Test
    void theSameReasonIsWrittenOnceAndCountedInEachRun() throws IOException {
        send(refused("404"));

        SourceProgress again = send(refused("404"));

        assertThat(sources.rejections()).hasSize(1);
        assertThat(again.notSent().refused()).containsEntry(RejectionReason.HTTP_STATUS, 1L);
        assertThat(sources.state("one").orElseThrow().getRejected()).isEqualTo(1);
    }

    @Test
    void anotherReasonIsWritten() throws IOException {
        send(refused("404"));

        send(refused("410"));

        assertThat(sources.rejections())
                .extracting(rejection -> rejection.value().getValue().orElse(""))
                .containsExactly("404", "410");
    }

    @Test
    void aRejectionIsWithdrawnWhenTheItemIsDelivered() throws IOException {
        send(refused("404"));

        SourceProgress delivered = send(OneImage.found("http://a.test/1", "a cat"));

        assertThat(delivered.sent()).isEqualTo(1);
        assertThat(sources.rejections()).hasSize(2).last().satisfies(tombstone -> {
            assertThat(tombstone.value()).isNull();
            assertThat(tombstone.key()).isEqualTo(sources.rejections().get(0).key());
        });
        assertThat(sources.state("one").orElseThrow().getRejected()).isEqualTo(1);
    }

    @Test
    void aDeliveredImageIsNotForgottenForADeadLink() throws IOException {
        send(OneImage.found("http://a.test/1", "a cat"));
        send(refused("404"));

        SourceProgress third = send(OneImage.found("http://a.test/1", "a cat"));

        assertThat(third.notSent().done()).isEqualTo(1);
        assertThat(sources.images()).hasSize(1);
    }

    private SourceProgress send(SourceItem item) throws IOException {
        OneImage source = new OneImage(item.uri()) {
            private boolean read;

            @Override
            public Optional<SourceItem> next(Known known) {
                Optional<SourceItem> next = read ? Optional.empty() : Optional.of(item);
                read = true;
                return next;
            }
        };
        return producer.send(source, Pace.FREE, progress -> {}).progress();
    }

    private static Refused refused(String status) {
        return new Refused(
                "http://a.test/1",
                new Refusal(RejectionReason.HTTP_STATUS, status, "200", "the host answers " + status));
    }
}
