package dev.latentstream.interop;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.TensorType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One record of each shape that is difficult for serializers. */
final class Records {
    private Records() {}

    /** Bytes, a map, a null in a union. */
    static RawImage rawImage() {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xd8, 0, 0x7f}))
                .setSource("photos")
                .setUri("file:///kite-über-see.jpg")
                .setAttributes(Map.of("licence", "CC0"))
                .build();
    }

    /** Nested records, arrays, enums, floats. */
    static Latent latent() {
        float[] mean = {0.5f, -1, 2, 0, 1.25f, 3, -0.125f, 8};
        Encoding encoding = Encoding.newBuilder()
                .setMean(TensorBytes.encode(mean, TensorType.BFLOAT16))
                .setType(TensorType.BFLOAT16)
                .setShape(List.of(2, 2, 2))
                .setCrop(new Crop(4, 0, 16, 16))
                .setBucket("16x16")
                .setEncoderId("taesd-1a2b3c")
                .setSource("photos")
                .build();
        Captions captions = Captions.newBuilder()
                .setCaptions(List.of(
                        Caption.newBuilder()
                                .setText("a red kite above a lake")
                                .setKind(CaptionKind.SYNTHETIC)
                                .setLevel("dense")
                                .setNouns(List.of("kite", "lake"))
                                .setConfidence(0.75f)
                                .build(),
                        Caption.newBuilder()
                                .setText("IMG_1234")
                                .setKind(CaptionKind.ALT)
                                .build()))
                .setSource("photos")
                .setCaptionPolicy(4)
                .build();
        return new Latent(encoding, captions);
    }

    /** A union of records and a time. */
    static Policy policy() {
        CaptionPolicy captions = new CaptionPolicy(2, List.of(new DensityLevel("dense", 0.75)), true);
        return new Policy(3L, "operator", Instant.ofEpochMilli(1_700_000_000_123L), captions, "fewer captions");
    }
}
