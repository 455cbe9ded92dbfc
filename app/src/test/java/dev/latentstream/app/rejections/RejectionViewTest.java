package dev.latentstream.app.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RejectionViewTest {
    private static final Instant TIME = Instant.parse("2026-11-01T10:00:00Z");

    @Test
    void whatIsKnownIsShown() {
        Rejection rejection = rejection()
                .setValue("48")
                .setBound("64")
                .setPolicy(3)
                .setOriginal(Original.newBuilder()
                        .setId("abc")
                        .setFormat("PNG")
                        .setSize(new PictureSize(48, 96))
                        .setBytes(12_345)
                        .setTopic("images-raw")
                        .setPartition(1)
                        .setOffset(7)
                        .build())
                .setScores(Map.of("sharpness", 20.5f, "contrast", 3f))
                .setThumbnail(ByteBuffer.wrap(new byte[900]))
                .build();

        assertThat(view(rejection).lines())
                .containsExactly(
                        entry("image", "abc"),
                        entry("time", "2026-11-01T10:00:00Z"),
                        entry("source", "photos"),
                        entry("uri", "file:/a.png"),
                        entry("stage", "ingest"),
                        entry("reason", "too-small"),
                        entry("value", "48"),
                        entry("bound", "64"),
                        entry("detail", "the shorter side"),
                        entry("policy", "3"),
                        entry("original", "PNG, 48x96, 12,345 bytes, images-raw-1 offset 7"),
                        entry("kept", "images-quarantine-0 offset 2"),
                        entry("scores", "contrast 3.0, sharpness 20.5"),
                        entry("thumbnail", "900 bytes"));
    }

    @Test
    void whatIsUnknownIsNamedSo() {
        Rejection bare = rejection().build();
        Rejection undecodable = rejection()
                .setOriginal(Original.newBuilder()
                        .setId("abc")
                        .setBytes(6)
                        .setTopic("images-raw")
                        .setPartition(0)
                        .setOffset(0)
                        .build())
                .build();

        assertThat(view(bare).lines())
                .containsEntry("value", "-")
                .containsEntry("bound", "-")
                .containsEntry("original", "unknown")
                .containsEntry("scores", "none")
                .containsEntry("thumbnail", "none");
        assertThat(view(undecodable).lines())
                .containsEntry("original", "unknown format, unknown size, 6 bytes, images-raw-0 offset 0");
    }

    @Test
    void theListDescribesARefusalWithoutAValue() {
        Rejection damaged = rejection()
                .setReason(RejectionReason.UNREADABLE)
                .setDetail("the value is not JSON:\nmore than one value")
                .build();

        assertThat(RejectionsListCommand.line(new RefusedImage("abc", TIME, damaged)))
                .isEqualTo("abc  2026-11-01T10:00:00Z  photos  unreadable  the value is not JSON: more than one value"
                        + "  file:/a.png");
    }

    @Test
    void lostOriginalsAreToldWhereThereAreAny() {
        assertThat(Originals.lost(0)).isEmpty();
        assertThat(Originals.lost(2)).isEqualTo("; the originals of 2 are no longer kept");
    }

    @Test
    void programsGetTheRecordWithItsPlaces() {
        assertThat(view(rejection().build()).json().toString())
                .contains(
                        "\"reason\":\"too-small\"",
                        "\"image\":\"abc\"",
                        "\"time\":\"2026-11-01T10:00:00Z\"",
                        "\"kept\":\"images-quarantine-0 offset 2\"");
    }

    private static Rejection.Builder rejection() {
        return Rejection.newBuilder()
                .setStage("ingest")
                .setReason(RejectionReason.TOO_SMALL)
                .setDetail("the shorter side")
                .setSource("photos")
                .setUri("file:/a.png");
    }

    private static RejectionView view(Rejection rejection) {
        return new RejectionView(new RefusedImage("abc", TIME, rejection), "images-quarantine-0 offset 2");
    }
}
