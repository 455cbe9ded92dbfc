package dev.latentstream.encoder;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/** Small records for the tests. */
final class Records {
    private Records() {}

    static Captions captions(String source, String text) {
        Caption caption =
                Caption.newBuilder().setText(text).setKind(CaptionKind.ALT).build();
        return Captions.newBuilder()
                .setCaptions(List.of(caption))
                .setSource(source)
                .build();
    }

    static Encoding encoding(String source, String encoderId) {
        return Encoding.newBuilder()
                .setMean(ByteBuffer.wrap(new byte[8]))
                .setType(TensorType.FLOAT16)
                .setShape(List.of(1, 2, 2))
                .setCrop(new Crop(0, 0, 4, 4))
                .setBucket("4x4")
                .setEncoderId(encoderId)
                .setSource(source)
                .build();
    }
}
