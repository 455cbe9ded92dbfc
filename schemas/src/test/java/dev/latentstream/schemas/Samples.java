package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records for tests. */
final class Samples {
    private Samples() {}

    static Latent latent() {
        return Latent.newBuilder()
                .setEncoding(encoding())
                .setCaptions(captions())
                .build();
    }

    static Encoding encoding() {
        return Encoding.newBuilder()
                .setMean(TensorBytes.encode(new float[] {0.5f, -1, 2, 0, 1, 3}, TensorType.FLOAT16))
                .setType(TensorType.FLOAT16)
                .setShape(List.of(1, 2, 3))
                .setCrop(new Crop(0, 0, 24, 16))
                .setBucket("24x16")
                .setEncoderId("taesd-1a2b")
                .setSource("photos")
                .build();
    }

    static Captions captions() {
        Caption caption = Caption.newBuilder()
                .setText("a red kite above a lake")
                .setKind(CaptionKind.SYNTHETIC)
                .setLevel("dense")
                .setNouns(List.of("kite", "lake"))
                .setConfidence(0.75f)
                .build();
        return Captions.newBuilder()
                .setCaptions(List.of(caption))
                .setSource("photos")
                .build();
    }

    static RawImage rawImage() {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xd8, 0}))
                .setSource("photos")
                .setUri("file:kite.jpg")
                .setAttributes(Map.of("licence", "CC0"))
                .build();
    }

    static Policy policy() {
        return new Policy(
                3L,
                "me",
                Instant.ofEpochMilli(1_700_000_000_123L),
                new CaptionPolicy(2, List.of(), Boolean.TRUE),
                "fewer captions");
    }
}
